import { Verdict } from '../../medallion/quality/verdict.ts';
import { Evaluation, evaluateLayer } from '../../operations/quality/evaluate-layer.ts';
import { activity } from '../activity.ts';

/** Judges a layer at pinned versions. */
export const judgeLayer = activity({
  name: 'judgeLayer',
  input: Evaluation,
  output: Verdict,
  run: (ports, evaluation) => evaluateLayer(ports, evaluation, new Date()),
});
