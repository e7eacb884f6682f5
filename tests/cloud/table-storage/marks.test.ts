import { expect, it } from 'vitest';
import { createMarks } from '../../../cloud/table-storage/marks.ts';
import { describeOnTables } from '../../support/table-services.ts';

describeOnTables('a mark', (openTable) => {
  it('says where work has stopped, until it is cleared', async () => {
    const marks = createMarks(openTable());
    expect(await marks.find('sweep')).toBeUndefined();
    await marks.set('sweep', 'a');
    await marks.set('sweep', 'b');
    await marks.set('archive', 'c');
    expect(await marks.find('sweep')).toBe('b');
    await marks.clear('sweep');
    await marks.clear('sweep');
    expect(await marks.find('sweep')).toBeUndefined();
    expect(await marks.find('archive')).toBe('c');
  });
});
