import { afterAll, beforeAll } from 'vitest';
import type { Faults } from '../../../emulators/shared/faults.ts';
import { accessCases } from './cases/access.ts';
import { grantCases } from './cases/grants.ts';
import { jobCases } from './cases/jobs.ts';
import { lostDriverCases } from './cases/lost-driver.ts';
import { statementCases } from './cases/statements.ts';
import { AWorkspace } from './test-workspace.ts';

// One test file, so that all cases share one warm Spark. The lost driver comes last: it ends it.
const jobs = '/api/2.2/jobs/runs';
const faults: Faults = {
  faults: [
    { at: { service: 'databricks', call: `POST ${jobs}/cancel-all`, nth: 1 }, do: 'fail', status: 429 },
    { at: { service: 'databricks', call: `GET ${jobs}/export`, nth: 1 }, do: 'disconnect' },
  ],
};
const workspace = new AWorkspace({ faults });
beforeAll(() => workspace.start());
afterAll(() => workspace.end());

accessCases(workspace);
jobCases(workspace);
statementCases(workspace);
grantCases(workspace);
lostDriverCases(workspace);
