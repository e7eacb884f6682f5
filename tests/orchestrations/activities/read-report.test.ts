import { describe, expect, it } from 'vitest';
import { readReport } from '../../../orchestrations/activities/read-report.ts';
import { createFakePorts } from '../../support/fake-ports.ts';
import { batch } from '../../support/samples.ts';

describe('readReport', () => {
  it('gives the versions that a job reports', async () => {
    const report = { batch, layer: 'silver', tables: [{ table: 'silver.users', version: 3, changed: true }] };
    const ports = createFakePorts({ texts: { [`reports/${batch}/silver/00000001.json`]: JSON.stringify(report) } });
    expect(await readReport.bind(ports)({ batch, layer: 'silver' })).toEqual({
      kind: 'present',
      versions: { 'silver.users': 3 },
    });
  });

  it('says where a report is missing', async () => {
    expect(await readReport.bind(createFakePorts())({ batch, layer: 'silver' })).toEqual({
      kind: 'missing',
      reason: `The silver job succeeded but left no report in 'reports/${batch}/silver'.`,
    });
  });
});
