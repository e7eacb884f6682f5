import { describe, expect, it } from 'vitest';
import { listGrants } from '../../../medallion/catalog/access.ts';
import { createBronzeStatements } from '../../../medallion/catalog/bronze-views.ts';
import { compareCatalog, listUnreadableViews } from '../../../medallion/catalog/difference.ts';
import { createReadersSelect, createStagedStatements } from '../../../medallion/catalog/gold-views.ts';
import type { CatalogState, TableState } from '../../../medallion/catalog/state.ts';
import { createLandedTables } from '../../../medallion/contracts/bronze.ts';
import type { Contracts, TableContract } from '../../../medallion/contracts/contract.ts';
import { createChangesTable } from '../../../medallion/releases/change-sets.ts';
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
const view = (definition: string): TableState => ({
  ...createTableState(gold, { kind: 'view', definition }),
  columns: [{ name: 'id', type: 'string', isNullable: true, comment: '' }],
});

/** A catalog as it is after an apply. */
const current: CatalogState = {
  isOptimizedByOthers: false,
  schemas: ['bronze', 'gold', 'gold_changes', 'gold_published', 'gold_staged', 'landed', 'quarantine'],
  tables: new Map([
    ['landed.visits', createTableState(landed ?? gold)],
    ...Object.entries({ ...createBronzeStatements(contracts), ...createStagedStatements(contracts) }).map(
      ([name, statement]): [string, TableState] => [
        name,
        view(statement.slice(statement.indexOf(' AS ') + ' AS '.length)),
      ],
    ),
    ['gold_published.summary', createTableState(gold)],
    ['gold_changes.summary', createTableState(createChangesTable(gold))],
    ['gold.summary', view(createReadersSelect(gold, groups.privacy))],
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
    expect(new Set(phases)).toEqual(new Set(['schemas', 'tables', 'views', 'access']));
    expect(changes.find(({ on }) => on === 'gold.summary')?.statement).toContain('FROM gold_published.summary');
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

  it('quotes names that somebody else has chosen, whatever they hold', () => {
    const [change] = compareCatalog(contracts, settings, withTable('gold.a; DROP TABLE `x', view('SELECT 1')));
    expect(change?.statement).toBe('DROP VIEW gold.`a; DROP TABLE ``x`');
  });

  it('corrects what readers see, without a moment in which there is no view', () => {
    const masked = {
      ...gold,
      columns: gold.columns.map((column) => ({ ...column, classification: 'personal' as const })),
    };
    const changes = compareCatalog({ ...contracts, tables: [bronze, masked] }, settings, current);
    expect(changes.map(({ statement }) => statement)).toContainEqual(
      expect.stringMatching(
        /^ALTER VIEW gold.summary AS SELECT CASE WHEN is_account_group_member\('x-privacy'\) .* FROM gold_published.summary$/,
      ),
    );
  });

  it('adds a column to the rows, to their changes and to what readers see', () => {
    const note = { name: 'note', type: 'string', required: false, description: 'A note.' };
    const wanted = { ...contracts, tables: [bronze, { ...gold, columns: [...gold.columns, note] }] };
    expect(listDifferences(current, wanted)).toEqual(
      expect.arrayContaining([
        "gold_published.summary: add column 'note'",
        "gold_changes.summary: add column 'note'",
        'gold.summary: correct the view',
        'gold_staged.summary: correct the view',
      ]),
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
    const state = withTable('gold.summary', foreign);
    expect(listDifferences(state)).toEqual([]);
    expect(listUnreadableViews(state)).toEqual(['gold.summary']);
  });

  it('gives and takes rights until they are as the contracts say', () => {
    const grants = new Map(current.grants);
    grants.set('gold.summary', new Map([['stranger', new Set(['SELECT'])]]));
    expect(listDifferences({ ...current, grants })).toEqual([
      "gold.summary: grant SELECT to 'x-readers'",
      "gold.summary: revoke SELECT from 'stranger'",
    ]);
  });
});
