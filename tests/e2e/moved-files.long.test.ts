import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { waitUntil } from '../../bench/harness/target.ts';
import { device, logins, visit } from '../support/case-files.ts';

let cloud: RunningStack;
/** No sweep comes to help: whatever is seen was told of by an event. */
beforeAll(async () => {
  cloud = await RunningStack.start({ options: ['--empty', '--sweep', '0 0 0 1 1 *'] });
});
afterAll(() => cloud.dismiss());

const move = (from: string, to: string) => cloud.getLandingZone().getFileClient(from).move(to);
const createFolder = (path: string) => cloud.getLandingZone().getDirectoryClient(path).create();
const readGyms = async () => {
  const { rows } = await cloud.query('SELECT gym FROM gold.gym_sessions UNION SELECT gym FROM silver.gym_visits');
  return rows.map(({ gym }) => String(gym)).sort();
};
const isPublished = (path: string, gyms: readonly string[]) =>
  waitUntil(`published '${path}'`, async () => {
    await cloud.waitUntilQuiet();
    return (await readGyms()).join() === gyms.join();
  });

describe('a file that is moved', () => {
  it('into its place is seen at once, alone or with its folder', async () => {
    await createFolder('aside/day');
    await createFolder('gym_logins');
    await cloud.land('aside/one.csv', visit('one', 1_700_013_000));
    await cloud.land('aside/day/two.csv', visit('two', 1_700_023_000));
    await move('aside/one.csv', 'gym_logins/one.csv');
    await cloud.getLandingZone().getDirectoryClient('aside/day').move('gym_logins/day');

    await isPublished('gym_logins/day/two.csv', ['one', 'two']);
    expect(await cloud.getFile('gym_logins/one.csv')).toMatchObject({ status: 'published', lines: 1 });
    expect(await cloud.getFile('gym_logins/day/two.csv')).toMatchObject({ status: 'published', lines: 1 });
  });

  it('back into its place counts again, as often as it comes back', async () => {
    const wrong = logins(`${device},swap B,1700033000,1700038000`, `${device},swap BB,1700043000,1700048000`);
    await createFolder('keep');
    await cloud.land('gym_logins/swap.csv', visit('swap A', 1_700_053_000));
    await isPublished('gym_logins/swap.csv', ['one', 'swap A', 'two']);
    await move('gym_logins/swap.csv', 'keep/a.csv');
    await cloud.land('gym_logins/swap.csv', wrong);
    await isPublished('gym_logins/swap.csv', ['one', 'swap B', 'swap BB', 'two']);

    await move('gym_logins/swap.csv', 'keep/b.csv');
    await move('keep/a.csv', 'gym_logins/swap.csv');
    await isPublished('gym_logins/swap.csv', ['one', 'swap A', 'two']);
    await move('gym_logins/swap.csv', 'keep/a.csv');
    await move('keep/b.csv', 'gym_logins/swap.csv');
    await isPublished('gym_logins/swap.csv', ['one', 'swap B', 'swap BB', 'two']);
    await move('gym_logins/swap.csv', 'keep/b.csv');
    await move('keep/a.csv', 'gym_logins/swap.csv');
    await isPublished('gym_logins/swap.csv', ['one', 'swap A', 'two']);

    const contents = await cloud.listFiles(`path=${encodeURIComponent('gym_logins/swap.csv')}`);
    expect(contents.map(({ lines, status }) => [status, lines]).sort()).toEqual([
      ['published', 1],
      ['superseded', 2],
    ]);
  });
});
