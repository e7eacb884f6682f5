/** So much of a reason is kept: what a service says of an error may be of any length. */
export const maxReasonLength = 1000;

/** The beginning of a text, with a mark that there was more. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  // Half of a letter that takes two places would be no text.
  const end = /[\ud800-\udbff]/.test(text[max - 2] ?? '') ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
}
