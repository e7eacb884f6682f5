import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { buildWheel } from '../../tools/bootstrap/product.mjs';
import { executed, send } from '../support/api.ts';
import { copyProject, listPageFiles } from '../support/own-data.ts';
import { root } from '../support/root.ts';

const samples = path.join(root, 'examples/orders/samples');

const folder = mkdtempSync(path.join(tmpdir(), 'orders-'));
let cloud: RunningStack;
/** The example as it is, with the dataset that a page tells its reader to add. */
beforeAll(async () => {
  const project = await copyProject('examples/orders', folder, listPageFiles());
  vi.stubEnv('MEDALLION_WHEEL', await buildWheel(project));
  cloud = await RunningStack.start({ options: ['--empty', '--project', project, '--sweep', '*/3 * * * * *'] });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud?.dismiss();
  rmSync(folder, { recursive: true, force: true });
});

const readGold = async () => {
  const days = await cloud.query(
    "SELECT concat_ws(' ', day, orders, customers, amount) AS row FROM gold.orders_by_day ORDER BY day",
  );
  const customers = await cloud.query(
    "SELECT concat_ws(' ', customer_id, country, orders, ordered, returned, kept) AS row FROM gold.customer_value ORDER BY row",
  );
  const toTexts = ({ rows }: typeof days) => rows.map(({ row }) => String(row));
  return { days: toTexts(days), customers: toTexts(customers) };
};

const toReturn = (amount: number) => {
  const value = { return_id: 'r4', order_id: '1002', returned_at: '2026-03-07T08:00:00Z', amount };
  return JSON.stringify({ topic: 'order_return', key: 'r4', value: JSON.stringify(value) });
};

const published = {
  days: ['2026-03-01 2 2 155.50', '2026-03-02 1 1 260.00', '2026-03-03 2 2 72.50'],
  customers: [
    '10 1 8.00 0.00 8.00',
    '7 DE 1 120.00 45.00 75.00',
    '8 BE 2 100.00 0.00 100.00',
    '9 FR 1 260.00 260.00 0.00',
  ],
};
const withReturn = { ...published, customers: published.customers.with(2, '8 BE 2 100.00 5.50 94.50') };

describe('a second lakehouse', () => {
  it('shows its own tables before anything has landed', async () => {
    await waitUntil('the summary', async () => cloud.output.includes('gold.orders_by_day'));
    expect(cloud.output).toContain('gold.customer_value');
  });

  it('publishes its sample files, and sets aside the broken one with a reason', async () => {
    for (const file of globSync('*/*', { cwd: samples }))
      await cloud.land(file, readFileSync(path.join(samples, file)));
    const status = await cloud.waitUntilQuiet();

    expect(status).toMatchObject({ lastRun: { outcome: 'published' }, files: { published: 4, quarantined: 1 } });
    expect(await cloud.getFile('orders/2026-03-04-with-commas.csv')).toMatchObject({
      status: 'quarantined',
      reason: expect.stringContaining('There is no header'),
    });
    expect(await readGold()).toEqual(published);
  });

  it('keeps what readers see while a rule is broken, until the file is mended', async () => {
    await cloud.land('returns/too-much.jsonl', `${toReturn(550)}\n`);
    const status = await cloud.waitUntilQuiet();
    // Nothing else has moved, so there is nothing that a release could show.
    expect(status).toMatchObject({
      lastRun: { outcome: 'blocked', reason: expect.stringContaining('customer_returned_more_than_ordered') },
    });
    expect(await readGold()).toEqual(published);

    await cloud.land('returns/too-much.jsonl', `${toReturn(5.5)}\n`);
    expect(await cloud.waitUntilQuiet()).toMatchObject({ lastRun: { outcome: 'published' } });
    expect(await readGold()).toEqual(withReturn);
  });

  it('comes out the same when its returns are read again', async () => {
    const { app } = cloud.addresses;
    const reason = 'To see that nothing changes.';
    const { body } = await send(app, 'reprocess', { selection: { files: { dataset: 'returns' } }, reason });
    await send(app, `reprocess/${body.plan}/execute`, { reason });

    expect(await executed(cloud, body.plan)).toMatchObject({ outcome: 'published' });
    expect(await readGold()).toEqual(withReturn);
  });

  it('hides names from readers without the right to personal data', async () => {
    const { rows } = await cloud.query("SELECT DISTINCT name FROM gold.customer_value WHERE name <> ''", 'analyst');
    expect(rows.map(({ name }) => name)).toEqual(['masked']);
  });

  it('fills the table that the page on own data adds, from its own contract and query', async () => {
    await cloud.land('lockers/a.csv', 'locker,used_at\n7,1767225600\n8,1767225600\n,1767225600\n7,1767229200\n');
    await cloud.waitUntilQuiet();

    const { rows } = await cloud.query(
      "SELECT concat_ws(' ', locker, last_used_at) AS row FROM silver.lockers ORDER BY locker",
    );
    expect(rows).toEqual([{ row: '7 2026-01-01 01:00:00' }, { row: '8 2026-01-01 00:00:00' }]);
    expect(await cloud.getFile('lockers/a.csv')).toMatchObject({ status: 'published', quarantinedLines: 1 });
  });
});
