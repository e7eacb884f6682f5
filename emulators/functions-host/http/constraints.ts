export type Check = (value: string) => boolean;

const integer = /^-?\d+$/;
const guid = /^\{?[\da-f]{8}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{4}-?[\da-f]{12}\}?$/i;

const plain: Readonly<Record<string, Check>> = {
  alpha: (value) => /^[a-z]+$/i.test(value),
  bool: (value) => /^(true|false)$/i.test(value),
  datetime: (value) => !Number.isNaN(Date.parse(value)),
  decimal: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  double: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  float: (value) => value.trim() !== '' && Number.isFinite(Number(value)),
  guid: (value) => guid.test(value),
  int: (value) => integer.test(value) && Math.abs(Number(value)) <= 2 ** 31,
  long: (value) => integer.test(value),
};

const withArguments: Readonly<Record<string, (args: readonly number[]) => Check>> = {
  length:
    ([least = 0, most = least]) =>
    (value) =>
      value.length >= least && value.length <= most,
  minlength:
    ([least = 0]) =>
    (value) =>
      value.length >= least,
  maxlength:
    ([most = 0]) =>
    (value) =>
      value.length <= most,
  min:
    ([least = 0]) =>
    (value) =>
      integer.test(value) && Number(value) >= least,
  max:
    ([most = 0]) =>
    (value) =>
      integer.test(value) && Number(value) <= most,
  range:
    ([least = 0, most = 0]) =>
    (value) =>
      integer.test(value) && Number(value) >= least && Number(value) <= most,
};

/** The check behind a constraint such as `int`, `length(3,5)` or `regex(^a)`. */
export function constraint(text: string, template: string): Check {
  const [, name = '', argument] = /^([A-Za-z]+)(?:\((.*)\))?$/.exec(text) ?? [];
  if (name === 'regex' && argument !== undefined) {
    const pattern = new RegExp(argument, 'i');
    return (value) => pattern.test(value);
  }
  const make = withArguments[name];
  if (make && argument !== undefined) return make(argument.split(',').map(Number));
  const check = plain[name];
  if (!check) throw new Error(`Route '${template}' has the unknown constraint '${text}'; known are ${knownNames()}.`);
  return check;
}

function knownNames(): string {
  return [...Object.keys(plain), ...Object.keys(withArguments), 'regex'].join(', ');
}
