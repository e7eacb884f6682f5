import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** A Chromium that is installed on the machine: named by CHROMIUM, or found on the PATH. */
export function findChromium(): string | undefined {
  if (process.env['CHROMIUM']) return process.env['CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find(existsSync);
}

export const whyNoBrowser =
  "No Chromium was found, so the page is not looked at. Install one (Debian: 'apt-get install chromium') or name it in CHROMIUM.";

export interface Looking {
  readonly browser: Browser;
  readonly page: Page;
  /** Errors that the page wrote to its console, and whatever its security policy stopped. */
  readonly wrong: string[];
}

/** Opens the page as a person does, in a browser of its own. */
export async function lookAt(address: string, executablePath: string): Promise<Looking> {
  // Chromium's own sandbox needs rights that a container's root does not have.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  await page.goto(`${address}/`);
  await page.waitForSelector('html[data-live=yes]');
  return { browser, page, wrong };
}

/** What runs inside the page is a text of its own: it knows a document, and nothing of the test. */
const inPage = (name: string) => readFileSync(path.join(import.meta.dirname, `in-page/${name}.js`), 'utf8');

/** The least ratio of lightness between text and ground, as WCAG measures it, and the text that has it. */
export const leastContrast = (page: Page) => page.evaluate<{ ratio: number; text: string }>(inPage('least-contrast'));

/** Controls without a name, parts without a heading, tables without a caption. */
export const nameless = (page: Page) => page.evaluate<string[]>(inPage('nameless'));

/** The id of what has the focus, or its text. */
export const focused = (page: Page) =>
  page.evaluate<string>('document.activeElement?.id || document.activeElement?.textContent');
