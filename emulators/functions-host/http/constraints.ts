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
    ([min = 0, max = min]) =>
    (value) =>
      value.length >= min && value.length <= max,
  minlength:
    ([min = 0]) =>
    (value) =>
      value.length >= min,
  maxlength:
    ([max = 0]) =>
    (value) =>
      value.length <= max,
  min:
    ([min = 0]) =>
    (value) =>
      integer.test(value) && Number(value) >= min,
  max:
    ([max = 0]) =>
    (value) =>
      integer.test(value) && Number(value) <= max,
  range:
    ([min = 0, max = 0]) =>
    (value) =>
      integer.test(value) && Number(value) >= min && Number(value) <= max,
};

/** The check behind a constraint such as `int`, `length(3,5)` or `regex(^a)`. */
export function parseConstraint(text: string, template: string): Check {
  const [, name = '', argument] = /^([A-Za-z]+)(?:\((.*)\))?$/.exec(text) ?? [];
  if (name === 'regex' && argument !== undefined) {
    const pattern = new RegExp(argument, 'i');
    return (value) => pattern.test(value);
  }
  const make = withArguments[name];
  if (make && argument !== undefined) return make(argument.split(',').map(Number));
  const check = plain[name];
  if (!check) throw new Error(`Route '${template}' has the unknown constraint '${text}'; known are ${listNames()}.`);
  return check;
}

function listNames(): string {
  return [...Object.keys(plain), ...Object.keys(withArguments), 'regex'].join(', ');
}
