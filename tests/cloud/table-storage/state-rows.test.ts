import { expect, it } from 'vitest';
import { createStateRows } from '../../../cloud/table-storage/state-rows.ts';
import { describeOnTables } from '../../support/table-services.ts';

describeOnTables('rows of the state table', (openTable) => {
  const rows = Array.from({ length: 1200 }, (_, n) => ({
    partitionKey: `p${n % 3}`,
    rowKey: String(n),
    text: `a "text" of ${n}`,
    number: n / 4,
    isEven: n % 2 === 0,
  }));
  const lines = rows.map((row) => JSON.stringify(row));
  const readAll = async (stateRows: ReturnType<typeof createStateRows>) => {
    const all: unknown[] = [];
    for (let after: string | undefined, isLast = false; !isLast; isLast = after === undefined) {
      const page = await stateRows.list(after);
      all.push(...page.rows.map((row) => JSON.parse(row)));
      after = page.next;
    }
    return all;
  };

  it('come back as they were, over several pages, without the mark of the table', async () => {
    const stateRows = createStateRows(openTable());
    expect(await stateRows.isOpened()).toBe(false);
    await stateRows.open();
    expect(await stateRows.isOpened()).toBe(true);
    expect(await stateRows.insertMissing(lines)).toBe(1200);
    const all = await readAll(stateRows);
    expect(all).toHaveLength(1200);
    expect(all).toEqual(expect.arrayContaining(rows));
  });

  it('are inserted where nobody has written since, and once', async () => {
    const getTable = openTable();
    const stateRows = createStateRows(getTable);
    await (await getTable()).createEntity({ partitionKey: 'p0', rowKey: '0', text: 'newer' });
    expect(await stateRows.insertMissing(lines.slice(0, 40))).toBe(39);
    expect(await stateRows.insertMissing(lines.slice(0, 40))).toBe(0);
    expect(await (await getTable()).getEntity('p0', '0')).toMatchObject({ text: 'newer' });
  });
});
