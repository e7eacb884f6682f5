import { describe, expect, it } from 'vitest';
import { getReportedVersions, JobReport } from '../../../medallion/files/report.ts';
import { batch } from '../../support/samples.ts';

describe('a report', () => {
  it('tells the version of each table', () => {
    const report = JobReport.parse({
      batch,
      layer: 'gold',
      tables: [{ table: 'gold.gym_summary', version: 3, changed: true }],
    });
    expect(getReportedVersions(report)).toEqual({ 'gold.gym_summary': 3 });
  });

  it('is rejected when a count is below zero', () => {
    const files = [{ file: 'x', outcome: 'loaded', lines: -1, blank: 0, accepted: 0, quarantinedLines: 0 }];
    expect(JobReport.safeParse({ batch, layer: 'bronze', tables: [], files }).success).toBe(false);
  });
});
