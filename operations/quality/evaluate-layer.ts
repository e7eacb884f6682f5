import { z } from 'zod';
import { BatchId, verdictPath } from '../../medallion/files/manifest.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import {
  evaluateRules,
  type PreviousVerdict,
  type RuleResults,
  reuseResults,
  ruleKey,
} from '../../medallion/quality/gate.ts';
import type { GateRule, Pins } from '../../medallion/quality/gate-statement.ts';
import { listViolations, type Verdict } from '../../medallion/quality/verdict.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { countFailingRows, type Examples, readExamples } from './count-failing-rows.ts';
import { hasRejectedPin, moveRejectedPins } from './move-rejected-pins.ts';

type GatePorts = Pick<Ports, 'lake' | 'runs' | 'sqlWarehouse' | 'tables'>;

export const Evaluation = z.object({ batch: BatchId, layer: Layer, versions: Versions });
type Evaluation = z.infer<typeof Evaluation>;

/**
 * Judges a layer at pinned versions. Only rules of which a table has moved since the last verdict are counted anew. The
 * whole verdict, with examples of failing rows, is stored in the control container. A version that is too old to be read
 * is judged as the table is now, and the verdict names the version that was read.
 */
export async function evaluateLayer(ports: GatePorts, evaluation: Evaluation, now: Date): Promise<Verdict> {
  const { batch, layer, versions } = evaluation;
  const rules = listRules(ports, layer);
  const released = getReleasedVersions(await ports.runs.lastPublished());
  const views = new Map(ports.tables.filter(({ parts }) => parts).map((view) => [view.table, view]));
  const previous = toPreviousVerdict(await ports.runs.lastVerdict(layer), layer);
  const reused = reuseResults(previous, rules, versions, views);
  const moved = rules.filter((rule) => !reused.has(ruleKey(rule)));
  const { pins, readVersions, results } = await count(ports, moved, { versions, released, views });
  const verdict: Verdict = {
    ...evaluateRules(rules, { ...results, reused }, now.toISOString()),
    ...(readVersions ? { readVersions } : {}),
  };
  const storedAt = verdictPath(batch, layer, [versions, verdict]);
  const examples = await readExamplesOfBroken(ports, verdict, rules, pins);
  await ports.lake.commitControl(storedAt, JSON.stringify({ batch, layer, versions, verdict, examples }, null, 2));
  return { ...verdict, storedAt };
}

function listRules({ tables }: GatePorts, layer: Layer): GateRule[] {
  return tables
    .filter((table) => table.layer === layer)
    .flatMap(({ table, tableRules, version }) => tableRules.map((rule) => ({ ...rule, table, contract: version })));
}

const getRunVersions = ({ layers }: RunRecord): Versions =>
  Object.assign({}, ...layers.map((record) => record.versions));

/** The versions from which the last release was made; none if there is none. */
const getReleasedVersions = (run: RunRecord | undefined): Versions => (run ? getRunVersions(run) : {});

interface Counted {
  readonly pins: Pins;
  readonly results: RuleResults;
  readonly readVersions?: Versions;
}

async function count(ports: GatePorts, rules: readonly GateRule[], pins: Pins): Promise<Counted> {
  const results = await countFailingRows(ports, rules, pins);
  if (!hasRejectedPin(results)) return { pins, results };
  const moved = await moveRejectedPins(ports, rules, pins);
  return { ...moved, results: await countFailingRows(ports, rules, moved.pins) };
}

function toPreviousVerdict(run: RunRecord | undefined, layer: Layer): PreviousVerdict | undefined {
  const verdict = run?.layers.find((record) => record.layer === layer)?.verdict;
  return run && verdict && { verdict, versions: getRunVersions(run) };
}

/** Only rules that were evaluated have failing rows to show. */
async function readExamplesOfBroken(
  ports: GatePorts,
  verdict: Verdict,
  rules: readonly GateRule[],
  pins: Pins,
): Promise<Examples> {
  const evaluated = listViolations(verdict).filter(({ failingRows }) => failingRows !== undefined);
  const broken = new Set(evaluated.map(({ rule, table }) => ruleKey({ table, name: rule })));
  const brokenRules = rules.filter((rule) => broken.has(ruleKey(rule)));
  return brokenRules.length > 0 ? readExamples(ports, brokenRules, pins) : {};
}
