import { Passed, PassedResult } from '../../medallion/releases/publish-result.ts';
import { publishPassed } from '../../operations/releases/publish-passed.ts';
import { activity } from '../activity.ts';

/** Shows readers what passed. */
export const publishRelease = activity({
  name: 'publishRelease',
  input: Passed,
  output: PassedResult,
  run: (ports, passed) => publishPassed(ports, passed, new Date()),
});
