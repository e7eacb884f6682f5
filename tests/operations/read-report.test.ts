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

  it('fails at a report that is none', async () => {
    await expect(readText('{"batch":"x"}')).rejects.toThrow('Invalid');
  });
});
