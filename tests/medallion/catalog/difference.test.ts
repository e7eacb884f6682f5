import { describe, expect, it } from 'vitest';
import { listGrants } from '../../../medallion/catalog/access.ts';
import { createBronzeStatements } from '../../../medallion/catalog/bronze-views.ts';
import { compareCatalog, listUnreadableViews } from '../../../medallion/catalog/difference.ts';
import type { CatalogState, TableState } from '../../../medallion/catalog/state.ts';
import { createLandedTables } from '../../../medallion/contracts/bronze.ts';
import type { Contracts, TableContract } from '../../../medallion/contracts/contract.ts';
import { createPlainSelect, createReleasedSelect } from '../../../medallion/releases/release.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createTableState, emptyState } from '../../support/catalog.ts';
import { createTableContract } from '../../support/fake-ports.ts';
import { groups } from '../../support/groups.ts';

const gold: TableContract = { ...createTableContract('gold.summary'), readers: ['readers'] };
const settings = { catalog: 'lakehouse', groups };
const landing = [aLanding('visits', 'visits')];
const bronze = { ...createTableContract('bronze.visits'), parts: [{ table: 'landed.visits', record: 'visits' }] };
const contracts: Contracts = { landing, tables: [bronze, gold] };
const [landed] = createLandedTables(landing);
const view = (definition: string, owner = 'deployer', columns = ['id']): TableState => ({
  ...createTableState(gold, { kind: 'view', owner, definition }),
  columns: columns.map((name) => ({ name, type: 'string', isNullable: true, comment: '' })),
});

const shown = { version: 7, release: 'r-2', privacyGroup: groups.privacy };

/** A catalog as it is after an apply and two releases. */
const current: CatalogState = {
  isOptimizedByOthers: false,
  schemas: ['bronze', 'gold', 'gold_released', 'gold_staged', 'landed', 'quarantine'],
  tables: new Map([
    ['landed.visits', createTableState(landed ?? gold)],
    ...Object.entries(createBronzeStatements(contracts)).map(([name, statement]): [string, TableState] => [
      name,
      view(statement.slice(statement.indexOf(' AS ') + ' AS '.length)),
    ]),
    ['gold_staged.summary', createTableState(gold)],
    ['gold_released.summary', view(createReleasedSelect(gold, shown), groups.operators, ['id', '_release'])],
    ['gold.summary', view(createPlainSelect(gold))],
  ]),
  grants: new Map(
    [...Map.groupBy(listGrants(contracts, groups), ({ on }) => on)].map(([on, grants]) => [
      on,
      new Map(grants.map(({ privileges, to }) => [to, new Set(privileges)])),
    ]),
  ),
};
const withTable = (name: string, state: TableState): CatalogState => ({
  ...current,
  tables: new Map([...current.tables, [name, state]]),
});
const listDifferences = (state: CatalogState, wanted: Contracts = contracts) =>
  compareCatalog(wanted, settings, state).map(({ on, what }) => `${on}: ${what}`);

describe('compareCatalog', () => {
  it('creates everything in an empty catalog, in an order that works', () => {
    const changes = compareCatalog(contracts, settings, emptyState);
    const phases = changes.map(({ phase }) => phase);

    expect(changes.some(({ isDestructive }) => isDestructive)).toBe(false);
    expect(new Set(phases)).toEqual(new Set(['schemas', 'tables', 'views', 'plain views', 'access']));
    expect(changes.find(({ on }) => on === 'gold.summary')?.statement).toContain('FROM gold_released.summary');
  });

  it('finds nothing to do where all is well, whatever was released meanwhile', () => {
    expect(listDifferences(current)).toEqual([]);
  });

  it('switches predictive optimization off before it creates anything, as long as it is on', () => {
    expect(compareCatalog(contracts, settings, { ...current, isOptimizedByOthers: true })).toEqual([
      {
        phase: 'schemas',
        on: 'lakehouse',
        what: 'disable predictive optimization',
        statement: 'ALTER CATALOG lakehouse DISABLE PREDICTIVE OPTIMIZATION',
        isDestructive: false,
      },
    ]);
  });

  it('drops what no contract speaks of only as something that loses data', () => {
    const [change] = compareCatalog(contracts, settings, withTable('gold.by_hand', view('SELECT 1')));
    expect(change).toMatchObject({ statement: 'DROP VIEW gold.by_hand', isDestructive: true });
  });

  it('corrects what a released view shows, at the version and release that it shows', () => {
    const bare = view("SELECT id, 'r-2' AS _release FROM gold_staged.summary VERSION AS OF 7", groups.operators);
    const masked = {
      ...gold,
      columns: gold.columns.map((column) => ({ ...column, classification: 'personal' as const })),
    };
    const statements = compareCatalog(
      { ...contracts, tables: [bronze, masked] },
      settings,
      withTable('gold_released.summary', bare),
    ).map(({ statement }) => statement);
    expect(statements).toContainEqual(
      expect.stringMatching(
        /^ALTER VIEW gold_released.summary AS SELECT CASE WHEN is_account_group_member\('x-privacy'\) .* VERSION AS OF 7$/,
      ),
    );
  });

  it('shows a new column as empty until the next release, and is content with that', () => {
    const note = { name: 'note', type: 'string', required: false, description: 'A note.' };
    const more = { ...gold, columns: [...gold.columns, note] };
    const wanted = { ...contracts, tables: [bronze, more] };
    const altered =
      compareCatalog(wanted, settings, current).find(({ on }) => on === 'gold_released.summary')?.statement ?? '';
    expect(altered).toContain("SELECT id, CAST(NULL AS STRING) AS note, 'r-2' AS _release");

    const withNote = view(altered.split(/ AS (?=SELECT)/)[1] ?? '', groups.operators, ['id', 'note', '_release']);
    expect(listDifferences(withTable('gold_released.summary', withNote), wanted)).not.toContain(
      'gold_released.summary: correct the view',
    );
  });

  it('gives a table that is made anew its rights again, if it is made anew', () => {
    const bare = createTableState(gold, {
      columns: [{ name: 'id', type: 'int', isNullable: false, comment: 'The id.' }],
    });
    const silver: TableContract = { ...createTableContract('silver.visits'), readers: ['engineers'] };
    const granted = { ...contracts, tables: [silver, bronze, gold] };
    const changes = compareCatalog(granted, settings, withTable('silver.visits', bare)).filter(
      ({ on }) => on === 'silver.visits',
    );

    expect(changes.map(({ what }) => what)).toEqual([
      expect.stringContaining('make the table anew'),
      'create the table',
      "grant SELECT to 'x-engineers'",
    ]);
    expect(changes.every(({ isDestructive }) => isDestructive)).toBe(true);
  });

  it('leaves a view alone whose text is not shown, and names it', () => {
    const { definition: _, ...foreign } = view('');
    const state = withTable('gold_released.summary', { ...foreign, owner: groups.operators });
    expect(listDifferences(state)).toEqual([]);
    expect(listUnreadableViews(state)).toEqual(['gold_released.summary']);
  });

  it('gives, takes and hands over rights until they are as the contracts say', () => {
    const grants = new Map(current.grants);
    grants.set('gold.summary', new Map([['stranger', new Set(['SELECT'])]]));
    const state = {
      ...withTable('gold_released.summary', view(createReleasedSelect(gold, shown), 'deployer')),
      grants,
    };
    expect(listDifferences(state)).toEqual([
      "gold.summary: grant SELECT to 'x-readers'",
      "gold.summary: revoke SELECT from 'stranger'",
      "gold_released.summary: give the view to 'x-operators'",
    ]);
  });
});
