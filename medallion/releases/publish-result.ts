import { z } from 'zod';
import { BatchId } from '../files/manifest.ts';
import { Versions } from '../layer.ts';
import { Verdict } from '../quality/verdict.ts';

/** How a publication ends. */
export const Published = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('published'), release: z.string() }),
  z.object({ kind: z.literal('rejected'), reason: z.string() }),
]);
export type Published = z.infer<typeof Published>;

/**
 * `blocked`: a person has excluded a file whose rows would be in the release. `retained`: rules block tables, and of no
 * other one would readers come to see other rows.
 */
export const PassedEnd = z.discriminatedUnion('kind', [
  ...Published.options,
  z.object({ kind: z.literal('blocked'), reason: z.string() }),
  z.object({ kind: z.literal('retained') }),
]);
export type PassedEnd = z.infer<typeof PassedEnd>;

/** `busy` names another publication, which has to end first. */
export const PublishResult = z.discriminatedUnion('kind', [
  ...Published.options,
  z.object({ kind: z.literal('busy'), holder: z.string() }),
]);
export type PublishResult = z.infer<typeof PublishResult>;

/** What the gates let through. */
export const Passed = z.object({
  batch: BatchId,
  versions: Versions,
  verdict: Verdict,
  retainedTables: z.array(z.string()).default([]),
});
export type Passed = z.infer<typeof Passed>;

/** While the pipeline is paused nothing that readers see moves. */
export const PassedResult = z.discriminatedUnion('kind', [
  ...PassedEnd.options,
  z.object({ kind: z.literal('busy'), holder: z.string() }),
  z.object({ kind: z.literal('paused'), reason: z.string() }),
]);
export type PassedResult = z.infer<typeof PassedResult>;
