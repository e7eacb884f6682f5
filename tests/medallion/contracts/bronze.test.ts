import { describe, expect, it } from 'vitest';
import { readContracts } from '../../../cloud/project-files.ts';
import { createBronzeViews, createLandedTables, listViews } from '../../../medallion/contracts/bronze.ts';
import { root } from '../../support/root.ts';

const { landing } = await readContracts(root, 'projects/fitness');
const findDataset = (name: string) => landing.filter(({ dataset }) => dataset === name);

describe('what follows from landing contracts', () => {
  it('is one table per dataset, with a struct for each of its record types', () => {
    const tables = createLandedTables(landing);
    expect(tables.map(({ table }) => table)).toEqual(landing.map(({ dataset }) => `landed.${dataset}`));
    const shared = tables.find(({ table }) => table === 'landed.bpm_export');
    expect(shared?.columns.at(-1)).toMatchObject({
      name: 'bpm',
      type: 'struct<device_id:string,time:timestamp,heartrate:double>',
    });
  });

  it('is one view per record type, over every dataset that has such lines', () => {
    const views = new Map(createBronzeViews(landing).map((view) => [view.table, view.parts]));
    expect(views.get('bronze.bpm')).toEqual([
      { table: 'landed.bpm_export', record: 'bpm' },
      { table: 'landed.kafka_multiplex', record: 'bpm' },
    ]);
    expect(views.get('bronze.unrouted')).toEqual([{ table: 'landed.kafka_multiplex' }]);
  });

  it('has no view for lines of no record type where every line has one', () => {
    const views = createBronzeViews(findDataset('gym_logins')).map(({ table }) => table);
    expect(views).toEqual(['bronze.gym_logins']);
    expect(findDataset('gym_logins').flatMap(listViews)).toEqual(views);
  });
});
