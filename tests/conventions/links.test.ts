import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sources } from './sources.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const pages = sources(/^([A-Z]+\.md|docs\/.*\.md|(?!node_modules|tests\/data).*\/README\.md)$/).filter((file) =>
  existsSync(path.join(root, file)),
);
const folders = new Set(sources(/\//).map((file) => file.split('/')[0] ?? ''));
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

const withoutBlocks = (markdown: string) => markdown.replaceAll(/^```[\s\S]*?^```/gm, '');

interface Link {
  readonly target: string;
  readonly anchor: string | undefined;
}

/** Links to files, and to places inside of them. What has a scheme is elsewhere. */
function listLinks(markdown: string): Link[] {
  const targets = [...withoutBlocks(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return { target: file, anchor };
    });
}

/** The name that GitHub gives to a heading. */
const toAnchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
const listAnchors = (markdown: string) =>
  [...withoutBlocks(markdown).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => toAnchor(heading));

const sourceFile = /\.(ts|mjs|js|py|bicep|bicepparam|ya?ml|json|md|sh|toml|css|html)$/;
const codeFile = /\.(ts|mjs|py|bicep|yml|sh)$/;

/** Whether a text is meant as a path of this project: a file of source, or something below one of the folders. */
function isPath(text: string): boolean {
  if (!/^[\w.*-]+(\/[\w.*-]+)*\/?$/.test(text) || text.startsWith('.local')) return false;
  if (!text.includes('/')) return codeFile.test(text);
  return sourceFile.test(text) || folders.has(text.split('/')[0] ?? '');
}

/** A folder, such as `operations/`. The README of a folder may also name folders that its program makes. */
const isFolder = (text: string, page: string) => /^[\w-]+\/$/.test(text) && !page.endsWith('/README.md');

/** Paths in backticks, and in the commands of code blocks. */
function listPaths(markdown: string, page: string): string[] {
  const inline = [...withoutBlocks(markdown).matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text);
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  const words = blocks.flatMap((block) => block.split(/[\s"'()=@]+/)).filter((word) => word.includes('/'));
  return [...inline, ...words].filter((text) => isPath(text) || isFolder(text, page));
}

/** The README of a folder may name what is in it, and what is beside its tests, without the way there. */
function isThere(page: string, target: string): boolean {
  const folders = ['.', path.dirname(page), path.join('tests', page, '../..')];
  return folders.some((folder) => globSync(path.join(folder, target), { cwd: root }).length > 0);
}

describe('a page', () => {
  it('is there', () => {
    expect(pages.length).toBeGreaterThan(20);
  });

  it.for(pages)('%s links only to what is there', (page) => {
    const broken = listLinks(read(page)).filter(({ anchor, target }) => {
      const file = target === '' ? page : path.join(path.dirname(page), target);
      if (!existsSync(path.join(root, file))) return true;
      return anchor !== undefined && file.endsWith('.md') && !listAnchors(read(file)).includes(anchor);
    });
    expect(broken, page).toEqual([]);
  });

  it.for(pages)('%s names only paths that are there', (page) => {
    expect(
      listPaths(read(page), page).filter((target) => !isThere(page, target)),
      page,
    ).toEqual([]);
  });

  it.for(pages)('%s names only scripts that are there', (page) => {
    const names = [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name);
    expect(
      names.filter((name) => scripts[name] === undefined),
      page,
    ).toEqual([]);
  });
});

describe('a text in backticks', () => {
  it.for(['functions/main.ts', 'docs/*.md', 'operations/', 'bicep/modules/access.bicep', 'launch.mjs', 'a/b.yaml'])(
    '%s is meant as a path',
    (text) => {
      expect(isPath(text)).toBe(true);
    },
  );

  it.for([
    '/api/files',
    'gold.gym_summary',
    'progress/<layer>/',
    '@azure/storage-blob',
    '.local',
    'etag',
    'runs.sqlite',
  ])('%s is not', (text) => {
    expect(isPath(text)).toBe(false);
  });
});

describe('a link', () => {
  it('is found with its place, unless it is elsewhere or in a code block', () => {
    const markdown = '[a](b.md#c-d) [e](https://example.com) ![f](g.png)\n```sh\n[h](i)\n```\n';
    expect(listLinks(markdown)).toEqual([
      { target: 'b.md', anchor: 'c-d' },
      { target: 'g.png', anchor: undefined },
    ]);
    expect(listAnchors('# C: D!\n## With `code`')).toEqual(['c-d', 'with-code']);
  });
});
