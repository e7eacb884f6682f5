const variablePattern = /\$\{((?:var|bundle)\.[A-Za-z0-9_.-]+)\}/g;
const referencePattern = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g;

/** Replaces `${var.x}` and `${bundle.x}` everywhere in a value, as a deployment does. Others are left alone. */
export function resolveVariables(value: unknown, values: Record<string, unknown>, where: string): unknown {
  if (typeof value === 'string') return resolveText(value, values, where);
  if (Array.isArray(value)) return value.map((item, n) => resolveVariables(item, values, `${where}[${n}]`));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolveVariables(item, values, `${where}.${key}`)]));
}

function resolveText(text: string, values: Record<string, unknown>, where: string): unknown {
  const resolve = (name: string): unknown => {
    const value = values[name];
    if (value === undefined) throw new Error(`'\${${name}}' at '${where}' has no value. Give the variable one.`);
    if (typeof value !== 'string' || !value.includes('${')) return value;
    // Its own name is unknown inside its value, so that a circle ends as an error.
    return resolveText(value, { ...values, [name]: undefined }, where);
  };
  // A text that is nothing but one variable takes the variable's own type.
  const whole = /^\$\{((?:var|bundle)\.[A-Za-z0-9_.-]+)\}$/.exec(text)?.[1];
  if (whole !== undefined) return resolve(whole);
  return text.replace(variablePattern, (_, name: string) => String(resolve(name)));
}

/** Replaces `{{job.run_id}}` and the like when a task starts; an unknown reference stays as it is. */
export function resolveReferences(text: string, values: Record<string, string>): string {
  return text.replace(referencePattern, (whole, name: string) => values[name] ?? whole);
}
