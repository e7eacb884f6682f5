import { readFileSync } from 'node:fs';
import { type Faults, parseFaults } from '../../emulators/shared/faults.ts';
import { UserError } from '../user-error.ts';

export const noFaults: Faults = { faults: [] };

/** What shall go wrong on purpose, from a JSON file. */
export function readFaults(file: string): Faults {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UserError(`The faults in '${file}' cannot be read: ${(cause as Error).message}`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`The faults in '${file}' are not JSON: ${(cause as Error).message}`, { cause });
  }
  try {
    return parseFaults(value);
  } catch (cause) {
    throw new UserError(`The faults in '${file}' are not understood:\n${(cause as Error).message}`, { cause });
  }
}
