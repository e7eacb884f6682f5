import type { PublishedState } from '../releases/release.ts';
import type { RunRecord } from '../runs/run.ts';
import { getFingerprint } from './gate.ts';
import { type GateRule, ruleKey } from './gate-statement.ts';
import { listRetainedTables, listViolations } from './verdict.ts';

/**
 * The rules of gold that hold for all that readers see, by key: those that held in the run that published it. After a roll
 * back, or while another release is on its way, nobody knows.
 */
export function listHolding(
  rules: readonly GateRule[],
  published: RunRecord | undefined,
  state: PublishedState | undefined,
): ReadonlySet<string> {
  const verdict = published?.layers.find(({ layer }) => layer === 'gold')?.verdict;
  const isShown = state?.publishing === undefined && state?.current?.publishedAs === published?.release;
  if (!verdict || !isShown || verdict.fingerprint !== getFingerprint(rules)) return new Set();
  const retained = published?.layers.flatMap((layer) => (layer.verdict ? listRetainedTables(layer.verdict) : []));
  const broken = new Set(listViolations(verdict).map(({ rule, table }) => ruleKey({ name: rule, table })));
  const holds = (rule: GateRule) =>
    rule.tolerates.kind === 'count' && !broken.has(ruleKey(rule)) && !retained?.includes(rule.table);
  return new Set(rules.filter((rule) => rule.table.startsWith('gold.') && holds(rule)).map(ruleKey));
}
