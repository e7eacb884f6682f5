import { appendFileSync } from 'node:fs';

/** Leaves a line that the test can read, whatever happens to this process afterwards. */
export function note(line) {
  appendFileSync(process.env.TRACE_FILE, `${JSON.stringify(line)}\n`);
}
