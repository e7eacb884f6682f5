import { expect, it } from 'vitest';
import { createTableDefinitions } from '../../../cloud/table-storage/table-definitions.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

describeOnTables('definitions of tables', (openTable) => {
  it('are those that were saved last, table by table', async () => {
    const definitions = createTableDefinitions(openTable());
    expect(await definitions.get()).toEqual({});
    await definitions.save({ 'gold.a': '1', 'silver.b': '2' });
    await definitions.save({ 'gold.a': '3' });
    expect(await definitions.get()).toEqual({ 'gold.a': '3', 'silver.b': '2' });
  });

  it('know the generation of a layer once it was rebuilt', async () => {
    const definitions = createTableDefinitions(openTable());
    expect(await definitions.getGeneration('gold')).toBeUndefined();
    await definitions.startGeneration('gold', batch);
    expect(await definitions.getGeneration('gold')).toBe(batch);
    expect(await definitions.getGeneration('silver')).toBeUndefined();
  });
});
