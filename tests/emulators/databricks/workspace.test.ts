import { afterAll, beforeAll } from 'vitest';
import type { Faults } from '../../../emulators/shared/faults.ts';
import { defineAccessCases } from './cases/access.ts';
import { defineGrantCases } from './cases/grants.ts';
import { defineJobCases } from './cases/jobs.ts';
import { defineLostDriverCases } from './cases/lost-driver.ts';
import { defineStatementFaultCases, statementFaults } from './cases/statement-faults.ts';
import { defineStatementCases } from './cases/statements.ts';
import { TestWorkspace } from './test-workspace.ts';

// One test file, so that all cases share one warm Spark. The lost driver comes last: it ends it.
const jobs = '/api/2.2/jobs/runs';
const faults: Faults = {
  faults: [
    { at: { service: 'databricks', call: `POST ${jobs}/cancel-all`, nth: 1 }, do: 'fail', status: 429 },
    { at: { service: 'databricks', call: `GET ${jobs}/export`, nth: 1 }, do: 'disconnect' },
    ...statementFaults,
  ],
};
const workspace = new TestWorkspace({ faults });
beforeAll(() => workspace.start());
afterAll(() => workspace.end());

defineAccessCases(workspace);
defineJobCases(workspace);
defineStatementCases(workspace);
defineStatementFaultCases(workspace);
defineGrantCases(workspace);
defineLostDriverCases(workspace);
