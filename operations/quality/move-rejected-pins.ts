import { toPhysicalName } from '../../medallion/contracts/sql.ts';
import type { Versions } from '../../medallion/layer.ts';
import type { Ports } from '../../medallion/ports/index.ts';
import type { RuleResults } from '../../medallion/quality/gate.ts';
import { type GateRule, listTables, type Pins } from '../../medallion/quality/gate-statement.ts';
import { isTooOld, listUnreadable } from '../read-version.ts';

type WarehousePort = Pick<Ports, 'sqlWarehouse'>;

export interface MovedPins {
  readonly pins: Pins;
  /** The versions that are read instead, by table. */
  readonly readVersions: Versions;
}

/** True if a rule was not evaluated because a version that it reads is too old. */
export const hasRejectedPin = ({ failures }: RuleResults): boolean => [...(failures?.values() ?? [])].some(isTooOld);

/** Moves pins that are older than the retention of their tables to the versions that the tables have now. */
export async function moveRejectedPins(
  ports: WarehousePort,
  rules: readonly GateRule[],
  pins: Pins,
): Promise<MovedPins> {
  const tables = new Set(rules.flatMap(({ query, table }) => listTables(`{${table}} ${query}`, pins.contracts)));
  const select = (versions: Versions) =>
    // What is judged of gold needs no older version.
    Object.fromEntries(Object.entries(versions).filter(([table]) => tables.has(table) && !table.startsWith('gold.')));
  const heads: Record<string, number> = {};
  for (const table of await listUnreadable(ports, select(pins.versions))) heads[table] = await getHead(ports, table);
  return { pins: { ...pins, versions: { ...pins.versions, ...heads } }, readVersions: heads };
}

async function getHead({ sqlWarehouse }: WarehousePort, table: string): Promise<number> {
  const result = await sqlWarehouse.query(`DESCRIBE HISTORY ${toPhysicalName(table)} LIMIT 1`);
  if (result.kind === 'rejected')
    throw new Error(
      `The newest version of '${table}' cannot be read: ${result.reason} Grant the operator SELECT on it.`,
    );
  return Number(result.rows[0]?.['version']);
}
