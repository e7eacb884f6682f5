import { z } from 'zod';
import { BatchId } from '../../medallion/files/manifest.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import { Verdict } from '../../medallion/quality/verdict.ts';
import { evaluateLayer } from '../../operations/quality/evaluate-layer.ts';
import { activity } from '../activity.ts';

/** Judges a layer at pinned versions. */
export const judgeLayer = activity({
  name: 'judgeLayer',
  input: z.object({ batch: BatchId, layer: Layer, versions: Versions }),
  output: Verdict,
  run: (ports, evaluation) => evaluateLayer(ports, evaluation, new Date()),
});
