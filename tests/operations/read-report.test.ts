import { describe, expect, it } from 'vitest';
import { reportFolder } from '../../medallion/files/manifest.ts';
import { readReport } from '../../operations/read-report.ts';
import { createFakePorts } from '../support/fake-ports.ts';
import { batch } from '../support/samples.ts';

const report = { batch, layer: 'silver', tables: [{ table: 'silver.users', version: 3, changed: true }] };
const readText = (text: string) =>
  readReport(createFakePorts({ texts: { [`${reportFolder(batch, 'silver')}/00000001.json`]: text } }), batch, 'silver');

describe('readReport', () => {
  it('gives what a job says it did, and nothing before it has', async () => {
    expect(await readText(JSON.stringify(report))).toEqual(report);
    expect(await readReport(createFakePorts(), batch, 'silver')).toBeUndefined();
  });

  it('takes one that it does not understand for none: it must not hold up what the others say', async () => {
    expect(await readText('{"batch":"x"}')).toBeUndefined();
    expect(await readText(JSON.stringify({ ...report, files: [{ file: 'f', outcome: 'new' }] }))).toBeUndefined();
  });
});
