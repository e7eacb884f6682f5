import { z } from 'zod';
import { BatchId, verdictPath } from '../../medallion/files/manifest.ts';
import { Layer, Versions } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import { findDependents } from '../../medallion/quality/dependents.ts';
import {
  evaluateRules,
  type PreviousVerdict,
  type RuleResults,
  reuseResults,
  withViolations,
} from '../../medallion/quality/gate.ts';
import { createExamplesStatement, type GateRule, type Pins, ruleKey } from '../../medallion/quality/gate-statement.ts';
import { listHolding } from '../../medallion/quality/holding.ts';
import { fillMeasures, listMeasures, type Measure } from '../../medallion/quality/measures.ts';
import {
  computedRule,
  listViolations,
  toShortVerdict,
  type Verdict,
  type Violation,
} from '../../medallion/quality/verdict.ts';
import { listFailedTables } from '../../medallion/releases/progress.ts';
import { getBaseRounds } from '../../medallion/releases/release.ts';
import type { RunRecord } from '../../medallion/runs/run.ts';
import { readProgress } from '../read-progress.ts';
import { countFailingRows, limitAsking } from './count-failing-rows.ts';
import { hasRejectedPin, moveRejectedPins } from './move-rejected-pins.ts';

type GatePorts = Pick<Ports, 'lake' | 'releases' | 'runs' | 'sqlWarehouse' | 'tables'>;

export const Evaluation = z.object({ batch: BatchId, layer: Layer, versions: Versions });
type Evaluation = z.infer<typeof Evaluation>;

/**
 * Judges a layer at pinned versions. Only rules of which a table has moved since the last verdict are counted anew. The
 * whole verdict, with queries for examples of failing rows, is stored in the control container. A version that is too old to be read
 * is judged as the table is now, and the verdict names the version that was read.
 */
export async function evaluateLayer(ports: GatePorts, evaluation: Evaluation, now: Date): Promise<Verdict> {
  const { batch, layer, versions } = evaluation;
  const rules = listRules(ports, layer);
  const contracts = new Map(ports.tables.map((table) => [table.table, table]));
  const [published, stored, judged, failed] = await Promise.all([
    ports.runs.lastPublished(),
    ports.releases.get(),
    ports.runs.lastVerdict(layer),
    listFailures(ports, layer, versions),
  ]);
  const state = stored?.state;
  const previous = toPreviousVerdict(judged, layer);
  const reused = reuseResults(previous, rules, versions, contracts);
  const moved = rules.filter((rule) => !reused.has(ruleKey(rule)));
  const released = published?.layers.find((record) => record.layer === layer)?.verdict?.measures;
  const filled = moved.map((rule) => ({ ...rule, query: fillMeasures(rule.query, released) }));
  const measures = listMeasures(moved);
  const { pins, readVersions, results } = await count(ports, filled, measures, {
    versions,
    published: state ? getBaseRounds(state) : {},
    contracts,
    holding: listHolding(rules, published, state),
  });
  const verdict: Verdict = {
    ...withViolations(evaluateRules(rules, { ...results, reused }, now.toISOString()), failed),
    ...(readVersions ? { readVersions } : {}),
    ...(measures.length > 0 ? { measures: toMeasured(measures, results) } : {}),
  };
  const storedAt = verdictPath(batch, layer, [versions, verdict]);
  const examples = createExamples(verdict, filled, pins);
  await ports.lake.commitControl(storedAt, JSON.stringify({ batch, layer, versions, verdict, examples }, null, 2));
  return toShortVerdict({ ...verdict, storedAt });
}

/** A table that could not be computed is behind, and so is what depends on it. */
async function listFailures(ports: GatePorts, layer: Layer, versions: Versions): Promise<Violation[]> {
  const failed = Object.entries(listFailedTables(await readProgress(ports, layer), versions));
  return failed.map(([table, reason]) => {
    const blocks = findDependents(ports.tables, table);
    return { rule: computedRule, table, action: 'block', reason, ...(blocks ? { blocks } : {}) };
  });
}

/** A rule that does not say what waits for it is waited for by what depends on its table. */
function listRules({ tables }: GatePorts, layer: Layer): GateRule[] {
  return tables
    .filter((table) => table.layer === layer)
    .flatMap(({ table, tableRules, version }) => {
      const dependents = findDependents(tables, table);
      return tableRules.map((rule) => {
        const blocks = rule.blocks ?? dependents;
        return { ...rule, table, contract: version, ...(blocks ? { blocks } : {}) };
      });
    });
}

const getRunVersions = ({ layers }: RunRecord): Versions =>
  Object.assign({}, ...layers.map((record) => record.versions));

interface Counted {
  readonly pins: Pins;
  readonly results: RuleResults;
  readonly readVersions?: Versions;
}

async function count(
  ports: GatePorts,
  rules: readonly GateRule[],
  measures: readonly Measure[],
  pins: Pins,
): Promise<Counted> {
  const limit = limitAsking();
  const results = await countFailingRows(ports, rules, pins, measures, limit);
  if (!hasRejectedPin(results)) return { pins, results };
  const moved = await moveRejectedPins(ports, rules, pins);
  return { ...moved, results: await countFailingRows(ports, rules, moved.pins, measures, limit) };
}

/** A number that could not be taken is compared with itself the next time. */
const toMeasured = (measures: readonly Measure[], { counts }: RuleResults): Verdict['measures'] =>
  Object.fromEntries(
    measures.flatMap(({ key }) => {
      const value = counts.get(ruleKey({ table: '', name: key }))?.failingRows;
      return value === undefined ? [] : [[key, value] as const];
    }),
  );

function toPreviousVerdict(run: RunRecord | undefined, layer: Layer): PreviousVerdict | undefined {
  const verdict = run?.layers.find((record) => record.layer === layer)?.verdict;
  return run && verdict && { verdict, versions: getRunVersions(run) };
}

/** By rule, the query that shows a few failing rows. Only rules that were evaluated have some. */
function createExamples(verdict: Verdict, rules: readonly GateRule[], pins: Pins): Record<string, string> {
  const evaluated = listViolations(verdict).filter(({ failingRows }) => failingRows !== undefined);
  const broken = new Set(evaluated.map(({ rule, table }) => ruleKey({ table, name: rule })));
  const brokenRules = rules.filter((rule) => broken.has(ruleKey(rule)));
  return Object.fromEntries(brokenRules.map((rule) => [ruleKey(rule), createExamplesStatement(rule, pins)]));
}
