import { z } from 'zod';
import { FoundCut, findConsistentCut as find } from '../../operations/releases/find-consistent-cut.ts';
import { activity } from '../activity.ts';

/** Looks for versions of all layers that can be released together. */
export const findConsistentCut = activity({
  name: 'findConsistentCut',
  input: z.object({}),
  output: FoundCut,
  run: find,
});
