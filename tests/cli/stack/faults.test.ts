import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFaults } from '../../../cli/stack/faults.ts';
import { UserError } from '../../../cli/user-error.ts';
import { root } from '../../support/root.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
function writeFaults(text: string): string {
  const file = path.join(folder, 'faults.json');
  writeFileSync(file, text);
  return file;
}

describe('faults from a file', () => {
  it('are those of the example', () => {
    expect(readFaults(path.join(root, 'examples/faults.json'))).toMatchObject({ seed: 7, faults: { length: 10 } });
  });

  it.each([
    [
      '{"faults":[{"at":{"service":"adls","call":"event","nth":0},"do":"drop"}]}',
      /not understood:.*faults\[0\]\.at\.nth/s,
    ],
    ['{"moon":[]}', /Unrecognized key: "moon"/],
    ['{', /are not JSON/],
  ])('that are not understood say where: %s', (text, message) => {
    const file = writeFaults(text);

    expect(() => readFaults(file)).toThrow(message);
    expect(() => readFaults(file)).toThrow(UserError);
  });

  it('that are not there say so', () => {
    expect(() => readFaults(path.join(folder, 'nothing.json'))).toThrow(/'.*nothing\.json' cannot be read/);
  });
});
