import { describe, expect, it } from 'vitest';
import { parseKeepingIds } from '../../cloud/jobs.ts';

describe('parseKeepingIds', () => {
  it('keeps every digit of ids that are wider than a number', () => {
    expect(parseKeepingIds('{"run_id": 9007199254740993, "jobs": [{"job_id":1}], "number_in_job": 7}')).toEqual({
      run_id: '9007199254740993',
      jobs: [{ job_id: '1' }],
      number_in_job: 7,
    });
  });
});
