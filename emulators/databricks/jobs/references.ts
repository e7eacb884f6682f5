const VARIABLE = /\$\{((?:var|bundle)\.[A-Za-z0-9_.-]+)\}/g;
const REFERENCE = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g;

/** Replaces `${var.x}` and `${bundle.x}` everywhere in a value, as a deployment does. Others are left alone. */
export function resolveVariables(value: unknown, known: Record<string, unknown>, where: string): unknown {
  if (typeof value === 'string') return resolveText(value, known, where);
  if (Array.isArray(value)) return value.map((item, n) => resolveVariables(item, known, `${where}[${n}]`));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, resolveVariables(item, known, `${where}.${key}`)]));
}

function resolveText(text: string, known: Record<string, unknown>, where: string): unknown {
  const look = (name: string): unknown => {
    const found = known[name];
    if (found === undefined) throw new Error(`'\${${name}}' at '${where}' has no value. Give the variable one.`);
    if (typeof found !== 'string' || !found.includes('${')) return found;
    // Its own name is unknown inside its value, so that a circle ends as an error.
    return resolveText(found, { ...known, [name]: undefined }, where);
  };
  // A text that is nothing but one variable takes the variable's own type.
  const whole = /^\$\{((?:var|bundle)\.[A-Za-z0-9_.-]+)\}$/.exec(text)?.[1];
  if (whole !== undefined) return look(whole);
  return text.replace(VARIABLE, (_, name: string) => String(look(name)));
}

/** Replaces `{{job.run_id}}` and the like when a task starts; an unknown reference stays as it is. */
export function resolveReferences(text: string, known: Record<string, string>): string {
  return text.replace(REFERENCE, (whole, name: string) => known[name] ?? whole);
}
