import { afterAll, beforeAll } from 'vitest';
import { AWorkspace } from './a-workspace.ts';
import { accessCases } from './cases/access.ts';
import { grantCases } from './cases/grants.ts';
import { jobCases } from './cases/jobs.ts';
import { lostDriverCases } from './cases/lost-driver.ts';
import { statementCases } from './cases/statements.ts';

// One test file, so that all cases share one warm Spark. The lost driver comes last: it ends it.
const faults = [
  {
    method: 'POST',
    path: '/api/2.2/jobs/runs/cancel-all',
    call: 1,
    answer: { status: 429, body: { error_code: 'X' } },
  },
  { method: 'GET', path: '/api/2.2/jobs/runs/export', call: 1, drop: 'before' as const },
];
const workspace = new AWorkspace({ faults });
beforeAll(() => workspace.start());
afterAll(() => workspace.end());

accessCases(workspace);
jobCases(workspace);
statementCases(workspace);
grantCases(workspace);
lostDriverCases(workspace);
