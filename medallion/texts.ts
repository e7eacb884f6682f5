/** So much of a reason is kept: what a service says of an error may be of any length. */
export const maxReasonLength = 1000;

/** The beginning of a text, with a mark that there was more. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  // Half of a letter that takes two places would be no text.
  const end = /[\ud800-\udbff]/.test(text[max - 2] ?? '') ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
}

/**
 * Words of an engine without the values that it quotes. Of the errors of these classes, bad data (22) and broken
 * constraints (23), only the name and the SQLSTATE are left: the rest may name people, and goes into records, logs and answers.
 */
export function hideValues(message: string): string {
  const state = /SQLSTATE:?\s*(2[23][0-9A-Z]{3})\b/.exec(message)?.[1];
  if (state === undefined) return message;
  const name = /\[([A-Z][A-Z0-9_.]+)\]/.exec(message)?.[1] ?? 'DATA_ERROR';
  return `[${name}] SQLSTATE ${state}. The rest is left out, as it may quote data; the workspace has all of it.`;
}
