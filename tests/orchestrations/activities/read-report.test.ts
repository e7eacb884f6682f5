import { describe, expect, it } from 'vitest';
import { formatManifest, manifestPath } from '../../../medallion/files/manifest.ts';
import { readReport } from '../../../orchestrations/activities/read-report.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
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

  it('does not take a report that left out what has not changed', async () => {
    const file = aFile('users/1.csv');
    const { dataset, etag, file: id, lastModified, length, path } = file;
    const line = { batch, file: id, dataset, path, etag, length, lastModified, replaces: null };
    const account = { file: id, outcome: 'superseded', lines: 0, blank: 0, accepted: 0, quarantinedLines: 0 };
    const report = { batch, layer: 'bronze', tables: [], files: [account] };
    const texts = {
      [`reports/${batch}/bronze/00000001.json`]: JSON.stringify(report),
      [manifestPath(batch)]: formatManifest([line]),
    };
    const ports = createFakePorts({ texts, landed: [getProperties(file)] });
    expect(await readReport.bind(ports)({ batch, layer: 'bronze' })).toMatchObject({
      kind: 'wrong',
      reason: expect.stringContaining("did not load 'users/1.csv', which did not change"),
    });
  });

  it.for([
    ['the same release', '0.1.0+gthis', 'present'],
    ['plain sources', null, 'present'],
    ['another release', '0.1.0+gother', 'wrong'],
  ] as const)('of a wheel of %s', async ([, wheel, kind]) => {
    const report = { batch, layer: 'silver', tables: [], wheel };
    const ports = createFakePorts({ texts: { [`reports/${batch}/silver/00000001.json`]: JSON.stringify(report) } });
    expect(await readReport.bind(ports)({ batch, layer: 'silver' })).toMatchObject({ kind });
  });

  it('says of which release a job was that it does not take, and what to do', async () => {
    const report = { batch, layer: 'gold', tables: [], wheel: '0.1.0' };
    const ports = createFakePorts({ texts: { [`reports/${batch}/gold/00000001.json`]: JSON.stringify(report) } });
    expect(await readReport.bind(ports)({ batch, layer: 'gold' })).toEqual({
      kind: 'wrong',
      reason:
        "The gold job ran the code of '0.1.0', and the operator is '0.1.0+gthis'. Deploy the jobs of the same release, then retry the run.",
    });
  });

  it('says where a report is missing', async () => {
    expect(await readReport.bind(createFakePorts())({ batch, layer: 'silver' })).toEqual({
      kind: 'missing',
      reason: `The silver job succeeded but left no report in 'reports/${batch}/silver' that this operator can read. Deploy the jobs of the same release, then retry the run.`,
    });
  });
});
