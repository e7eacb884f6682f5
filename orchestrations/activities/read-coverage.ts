import { Coverage, readCoverage as read, Wanted } from '../../operations/streams/read-coverage.ts';
import { activity } from '../activity.ts';

/** Whether a layer's stream has taken in a batch. */
export const readCoverage = activity({ name: 'readCoverage', input: Wanted, output: Coverage, run: read });
