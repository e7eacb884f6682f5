import { expect, it } from 'vitest';
import { createUnreleasedBatches } from '../../../cloud/table-storage/unreleased-batches.ts';
import { batch } from '../../support/samples.ts';
import { describeOnTables } from '../../support/table-services.ts';

const laterBatch = '20270101T000000000Z-01234567';
const unreleased = { batch, files: 2, datasets: ['bpm', 'workout'] };

describeOnTables('unreleased batches', (openTable) => {
  const open = () => createUnreleasedBatches(openTable());

  it('are listed oldest first, until they are released', async () => {
    const batches = open();
    const later = { ...unreleased, batch: laterBatch };
    await batches.save(later);
    await batches.save(unreleased);
    expect(await batches.list()).toEqual([unreleased, later]);

    await batches.markReleased([batch]);
    await batches.markReleased([batch]);
    expect(await batches.list()).toEqual([later]);
  });

  it('remember at which versions they were loaded, also when they are saved again', async () => {
    const batches = open();
    const versions = { 'bronze.bpm': 3 };
    await batches.save({ ...unreleased, removals: 1 });
    await batches.recordVersions(batch, versions);
    await batches.save(unreleased);
    expect(await batches.list()).toEqual([{ ...unreleased, versions, removals: 1 }]);
  });

  it('do not come back when somebody who has read them before says at which versions they were loaded', async () => {
    const batches = open();
    await batches.save(unreleased);
    await batches.markReleased([batch]);
    await batches.recordVersions(batch, { 'bronze.bpm': 3 });
    expect(await batches.list()).toEqual([]);
  });

  it('remember that people were told of their files, and are not made by that', async () => {
    const batches = open();
    await batches.save(unreleased);
    await batches.markTold([batch, laterBatch]);
    await batches.save(unreleased);
    expect(await batches.list()).toEqual([{ ...unreleased, isTold: true }]);
  });

  it('can be more than a transaction takes', async () => {
    const batches = open();
    const names = Array.from(
      { length: 130 },
      (_, index) => `20270101T000000${String(index).padStart(3, '0')}Z-01234567`,
    );
    for (const name of names) await batches.save({ ...unreleased, batch: name });
    await batches.markReleased(names);
    expect(await batches.list()).toEqual([]);
  });
});
