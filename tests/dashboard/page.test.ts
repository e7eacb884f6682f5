import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApp } from '../emulators/burst/test-app.ts';
import {
  findChromium,
  focused,
  type Looking,
  leastContrast,
  lookAt,
  nameless,
  whyNoBrowser,
} from '../support/browser.ts';

const chromium = findChromium();
if (!chromium) console.warn(whyNoBrowser);

describe.skipIf(!chromium)('the page', () => {
  const app = new TestApp();
  let looking: Looking;

  beforeAll(async () => {
    await app.start(undefined);
    looking = await lookAt(app.address, chromium ?? '');
  });

  afterAll(async () => {
    await looking?.browser.close();
    await app.end();
  });

  it('has a heading for each part, a caption for each table, and a name for each control', async () => {
    expect(await nameless(looking.page)).toEqual([]);
  });

  it('shows without a reload that a file has landed', async () => {
    const content = 'mac_address,gym,login,logout\n';
    await app.landing.getBlockBlobClient('gym_logins/live.csv').upload(content, content.length);
    await looking.page.locator('#files-body', { hasText: 'gym_logins/live.csv' }).waitFor();
    await looking.page.locator('#landing', { hasText: '1 pending' }).waitFor();
  });

  it('can be used by keyboard alone: pause, give the reason, and find the audit entry', async () => {
    const { page } = looking;
    await page.locator('#pause').focus();
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('reason-input');
    await page.keyboard.type('Maintenance.');
    await page.keyboard.press('Enter');
    await page.locator('#pipeline-state', { hasText: 'paused' }).waitFor();
    await page.locator('#message', { hasText: 'done' }).waitFor();
    await page.locator('#audit-log-body', { hasText: 'Maintenance.' }).waitFor();

    await page.locator('#resume').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await page.locator('#reason').isVisible()).toBe(false);
    expect(await page.locator('#pipeline-state').textContent()).toContain('paused');
  });

  it('goes on from a page of the quarantine that is empty to the one that is not', async () => {
    const { page } = looking;
    const far = { file: 'f', path: 'gym_logins/far.csv', dataset: 'gym_logins', status: 'published' };
    await page.route(/\/api\/quarantine\?/, (route) => {
      const isNext = route.request().url().includes('after=here');
      return route.fulfill({ json: isNext ? { files: [far] } : { files: [], next: 'here' } });
    });
    await page.reload();
    await page.locator('#quarantine-body', { hasText: far.path }).waitFor();
    await page.unrouteAll();
  });

  it('keeps a file out with a reason, and takes that back', async () => {
    const { page } = looking;
    const row = page.locator('#files-body tr', { hasText: 'gym_logins/live.csv' });
    await row.getByRole('button', { name: 'Exclude' }).click();
    await page.keyboard.type('It was a test.');
    await page.keyboard.press('Enter');
    await row.filter({ hasText: "Excluded by 'local': It was a test." }).waitFor();
    await row.getByRole('button', { name: 'Include' }).click();
    await page.keyboard.type('It was none.');
    await page.keyboard.press('Enter');
    await row.filter({ hasText: 'pending' }).waitFor();
  });

  it('compares what readers see with what waits', async () => {
    const { page } = looking;
    await page.locator('#changes-form button').click();
    await page.locator('#changes-body', { hasText: 'Both have the same rows.' }).waitFor();
  });

  it('begins with a way past the navigation', async () => {
    const { page } = looking;
    await page.reload();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
  });

  it.for(['light', 'dark'] as const)('can be read in the %s', async (colorScheme) => {
    const { page } = looking;
    await page.emulateMedia({ colorScheme });
    await page.waitForSelector('html[data-live=yes]');
    const { ratio, text } = await leastContrast(page);
    expect(ratio, text).toBeGreaterThanOrEqual(4.5);
  });

  it('shows each published table by its contract, and says that it has no row yet', async () => {
    const body = looking.page.locator('#tables-body');
    expect(await body.locator('h3').allTextContents()).toEqual([
      'gold.gym_sessions',
      'gold.gym_summary',
      'gold.workout_bpm_summary',
    ]);
    expect(await body.locator('.empty').count()).toBe(3);
  });

  it('draws rows as the contract of their table says', async () => {
    const { page } = looking;
    const numbers = { minutes_in_gym: 90, minutes_exercising: 60, min_bpm: -10.5, avg_bpm: null, max_bpm: 120 };
    const rows = [{ date: '2026-01-01', gym: '5', mac_address: 'masked', workout_id: '7', ...numbers }];
    await page.route('**/api/tables/*/rows?*', (request) => request.fulfill({ json: { release: 'r-1', rows } }));
    const body = page.locator('#tables-body');
    await body.locator('svg .bar-silver').waitFor();
    expect(await body.locator('svg').count()).toBe(2);
    expect(await body.locator('svg .bar-gold title, svg g:has(.bar-gold) title').textContent()).toBe(
      'date 2026-01-01, gym 5, minutes_in_gym 90, minutes_exercising 60',
    );
    // A value that is not there has no mark, and a negative one stays inside the picture.
    expect(await body.locator('svg .range').getAttribute('y1')).toMatch(/^1\d\d(\.\d+)?$/);
    expect(await body.locator('svg .average').count()).toBe(0);
    expect(await body.locator('table').count()).toBe(3);
    expect(await nameless(page)).toEqual([]);
    await page.unroute('**/api/tables/*/rows?*');
    await body.locator('.empty').first().waitFor();
  });

  it('keeps one page of files, however many there are', async () => {
    const { page } = looking;
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/api/files')) asked.push(new URL(request.url()).searchParams.get('limit') ?? 'all');
    });
    const names = Array.from({ length: 120 }, (_, at) => `gym_logins/many-${at}.csv`);
    await Promise.all(names.map((name) => app.landing.getBlockBlobClient(name).upload('x\n', 2)));
    const isRegistered = async () => {
      const { files } = (await (await fetch(`${app.address}/api/files?limit=200`)).json()) as { files: unknown[] };
      return files.length > names.length;
    };
    await expect.poll(isRegistered, { timeout: 60_000 }).toBe(true);
    // What the page shows may have been read before the last of them was registered.
    await page.reload();
    await page.locator('#files-on').click();
    await page.locator('#files-body caption', { hasText: 'Page 2' }).waitFor();
    expect(await page.locator('#files-body tbody tr').count()).toBe(50);
    expect(asked.every((limit) => Number(limit) <= 50)).toBe(true);
    await page.locator('#files-back').click();
    await page.locator('#files-body caption', { hasText: 'Page 1' }).waitFor();
  });

  it('looks five times less often while nothing waits or runs', async () => {
    const { page } = looking;
    let looks = 0;
    await page.route('**/api/status', async (route) => {
      looks += 1;
      const response = await route.fetch();
      await route.fulfill({ json: { ...(await response.json()), pendingFiles: 0, runningRuns: [] } });
    });
    await page.clock.install();
    await page.reload();
    await page.waitForSelector('html[data-live=yes]');
    const before = looks;
    await page.clock.runFor(9_000);
    expect(looks).toBe(before);
    await page.clock.runFor(1_500);
    await expect.poll(() => looks).toBe(before + 1);
    await page.unrouteAll({ behavior: 'wait' });
    await page.clock.resume();
  });

  it('says what is wrong in words when the operator refuses, and keeps its policy', async () => {
    const { page, wrong } = looking;
    await page.fill('#reprocess-form [name=dataset]', 'nowhere');
    await page.fill('#reprocess-form [name=reason]', 'Just to see.');
    await page.locator('#reprocess-form button').click();
    await page.locator('#message', { hasText: "'nowhere' is not a known dataset" }).waitFor();
    // The browser itself writes down each answer that says no.
    expect(wrong.filter((each) => !each.includes('422'))).toEqual([]);
  });
});
