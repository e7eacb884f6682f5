/** Durable Functions keep a message of over 64 KiB in a blob. Nothing of ours should come near that. */
const maxMessageBytes = 48 * 1024;

/** What goes into a history is names and counts, never lists or verdicts. */
export function requireSmall(message: unknown, what: string): void {
  const bytes = Buffer.byteLength(JSON.stringify(message ?? null));
  if (bytes > maxMessageBytes) throw new Error(`${what} has ${bytes} bytes. Pass a path instead of the data.`);
}
