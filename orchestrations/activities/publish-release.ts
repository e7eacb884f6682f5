import { Passed, PublishResult, publishRelease as publish } from '../../operations/releases/publish.ts';
import { activity } from '../activity.ts';

/** Shows readers the versions that passed. */
export const publishRelease = activity({
  name: 'publishRelease',
  input: Passed,
  output: PublishResult,
  run: (ports, passed) => publish(ports, passed, new Date()),
});
