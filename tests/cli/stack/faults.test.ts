import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { noFaults, readFaults } from '../../../cli/stack/faults.ts';
import { root } from '../../support/running-cloud.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'faults-'));
function fileWith(text: string): string {
  const file = path.join(folder, 'faults.json');
  writeFileSync(file, text);
  return file;
}

describe('faults from a file', () => {
  it('are read for each emulator', () => {
    const faults = readFaults(path.join(root, 'examples/faults.json'));

    expect(faults.host).toHaveLength(3);
    expect(faults.lake.events?.shares?.duplicate).toBe(0.4);
    expect(faults.databricks[1]?.answer?.status).toBe(429);
  });

  it('may be for one emulator alone', () => {
    const file = fileWith('{"host":[{"kind":"killHost","nth":3}]}');
    expect(readFaults(file)).toEqual({ ...noFaults, host: [{ kind: 'killHost', nth: 3 }] });
  });

  it.each([
    ['{"host":[{"kind":"explode","nth":1}]}', /not understood:.*host\[0\]/s],
    ['{"lake":{"calls":[{"call":"PutBlob","time":0,"kind":"503"}]}}', /lake\.calls\[0\]\.time/s],
    ['{"moon":[]}', /Unrecognized key: "moon"/],
    ['{', /are not JSON/],
  ])('that are not understood say where: %s', (text, message) => {
    expect(() => readFaults(fileWith(text))).toThrow(message);
  });

  it('that are not there say so', () => {
    expect(() => readFaults(path.join(folder, 'nothing.json'))).toThrow(/'.*nothing\.json' cannot be read/);
  });
});
