import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunningStack } from '../../bench/harness/running-stack.ts';
import { findChromium, type Looking, leastContrast, lookAt, nameless, whyNoBrowser } from '../support/browser.ts';
import { root } from '../support/root.ts';

const chromium = findChromium();
if (!chromium) console.warn(whyNoBrowser);

const header = 'mac_address,gym,login,logout';
const visit = (gym: number, login: number) => `4c:c5:9f:cb:13:bd,${gym},${login},${login + 3600}`;
const target = 'gym_logins/quarantined.csv';
const broken = [
  header,
  visit(7, 1_700_200_000),
  ...Array.from({ length: 12 }, (_, at) => `4c:c5:9f:cb:13:bd,${at},soon,later`),
  '',
];
const policy = { timeout: 300_000 };

describe.skipIf(!chromium)('somebody at the page', () => {
  let cloud: RunningStack;
  let looking: Looking;

  beforeAll(async () => {
    // The reference files first, so that there is something to draw.
    cloud = await RunningStack.start({ options: ['--sweep', '*/3 * * * * *'] });
    await cloud.waitUntilQuiet();
    looking = await lookAt(cloud.addresses.app, chromium ?? '');
  });

  afterAll(async () => {
    await looking?.browser.close();
    await cloud?.dismiss();
  });

  /** Pictures for the documentation, when somebody asks for them. */
  const picture = async (name: string, part?: string) => {
    const folder = process.env['MEDALLION_PICTURES'];
    if (!folder) return;
    mkdirSync(path.resolve(root, folder), { recursive: true });
    const place = { path: path.resolve(root, folder, `${name}.png`) };
    await (part ? looking.page.locator(part).screenshot(place) : looking.page.screenshot(place));
  };

  it('sees what was computed, drawn and as tables', async () => {
    const { page } = looking;
    await page
      .locator('#tables-body svg .range')
      .first()
      .waitFor({ ...policy, state: 'attached' });
    await page
      .locator('#tables-body svg .bar-gold')
      .first()
      .waitFor({ ...policy, state: 'attached' });
    expect(await page.locator('#layers-body .tile .passed').count()).toBe(3);
    expect(await page.locator('#run-duration-body .dot').count()).toBeGreaterThan(0);
    expect(await nameless(page)).toEqual([]);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      const { ratio, text } = await leastContrast(page);
      expect(ratio, `${colorScheme}: ${text}`).toBeGreaterThanOrEqual(4.5);
      await picture(`page-${colorScheme}`);
    }
    await picture('tables', '#tables');
  });

  it('sees a bad file set aside, looks at its lines, and sees nothing personal in them', async () => {
    const { page } = looking;
    await cloud.land(target, broken.join('\n'));
    const row = page.locator('#quarantine-body tr', { hasText: target });
    await row.waitFor(policy);
    await row.getByRole('button', { name: 'Look' }).click();
    const lines = page.locator('#lines-body');
    await lines.locator('tbody tr').first().waitFor(policy);
    // The one line that is right counts no more than the others of its file.
    expect(await lines.locator('tbody tr').count()).toBe(13);
    expect(await lines.textContent()).toContain('login_is_not_a_time');
    expect(await lines.textContent()).not.toContain('4c:c5:9f');
    await picture('quarantine', '#quarantine');
  });

  it('plans before anything runs, and sees what the plan would do', async () => {
    const { page } = looking;
    await page.fill('#reprocess-form [name=path]', target);
    await page.fill('#reprocess-form [name=reason]', 'To see what it would do.');
    await page.locator('#reprocess-form button').click();
    const plan = page.locator('#plan');
    await plan.waitFor(policy);
    expect(await plan.textContent()).toContain(target);
    expect(await plan.textContent()).toContain('bronze.gym_logins');
    await picture('plan', '#plan');
  });

  it('replays the file once it is put right at its source, and sees it published', async () => {
    const { page } = looking;
    await cloud.land(target, [header, visit(7, 1_700_200_000), visit(8, 1_700_300_000), ''].join('\n'));
    await cloud.waitUntilQuiet();
    await page.fill('#files-filter [name=path]', target);
    await page.locator('#files-filter button').click();
    const published = page.locator('#files-body tr', { hasText: target }).filter({ hasText: 'published' });
    await published.first().waitFor(policy);
    await page.locator('#quarantine-body tr', { hasText: target }).waitFor({ ...policy, state: 'detached' });

    // The plan that was made for the broken content is not good any more, and says why.
    await page.locator('#execute').click();
    await page.keyboard.type('As planned.');
    await page.keyboard.press('Enter');
    await page.locator('#message', { hasText: 'has another content now' }).waitFor(policy);

    await page.locator('#reprocess-form button').click();
    await page.locator('#message', { hasText: 'Create a plan: done' }).waitFor(policy);
    await page.locator('#execute').click();
    await page.keyboard.type('Once more, to be sure.');
    await page.keyboard.press('Enter');
    await page.locator('#execution', { hasText: 'published' }).waitFor(policy);
    const { rows } = await cloud.query(
      "SELECT count(*) AS n FROM silver.gym_visits WHERE gym IN ('7', '8') AND mac_address = '4c:c5:9f:cb:13:bd' AND login >= '2023-11-01'",
    );
    expect(Number(rows[0]?.['n'])).toBe(2);
    expect(looking.wrong.filter((each) => !/409/.test(each))).toEqual([]);
  });
});
