import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMessageProblems, listNewCommits } from './commits.ts';
import { root, sources } from './sources.ts';

/** Every folder with a file in it, and those above it. */
const folders = new Set(
  sources(/\//).flatMap((file) => {
    const parts = path.dirname(file).split('/');
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  }),
);

describe('a commit that is not on the main branch', () => {
  it('has a title with its area, and a body that says why', () => {
    expect(listNewCommits(root).flatMap((commit) => findMessageProblems(commit, folders))).toEqual([]);
  });

  it('is listed with its title and its body, unless it is a merge', () => {
    const repository = mkdtempSync(path.join(tmpdir(), 'commits-'));
    const identity = [
      '-c',
      'user.name=Somebody',
      '-c',
      'user.email=somebody@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    const git = (...args: string[]) => execFileSync('git', [...identity, ...args], { cwd: repository, stdio: 'pipe' });
    const commit = (...message: string[]) =>
      git('commit', '--allow-empty', ...message.flatMap((paragraph) => ['-m', paragraph]));
    try {
      git('init', '--initial-branch', 'main');
      expect(listNewCommits(repository)).toEqual([]);
      commit('An old title');
      git('checkout', '-b', 'topic');
      commit('docs: describe it', 'Nobody found it.', 'It costs nothing.');
      commit('cli: print it');
      git('checkout', '-b', 'other', 'main');
      commit('bench: measure it');
      git('merge', '--no-ff', 'topic');
      expect(listNewCommits(repository).toSorted((a, b) => (a.title < b.title ? -1 : 1))).toEqual([
        { title: 'bench: measure it', body: '' },
        { title: 'cli: print it', body: '' },
        { title: 'docs: describe it', body: expect.stringMatching(/^Nobody found it\.\n\nIt costs nothing\.\s*$/) },
      ]);
    } finally {
      rmSync(repository, { recursive: true });
    }
  });
});

describe('a message', () => {
  const findProblems = (title: string, body = 'It was slow.') =>
    findMessageProblems({ title, body }, new Set(['cloud']));

  it.for(['cloud: ask once', 'docs: say so', 'build: pin it', 'deps: raise zod'])('is as it should be: %s', (title) => {
    expect(findProblems(title)).toEqual([]);
  });

  it.for(['Ask once', 'clouds: ask once', 'cloud:ask once', 'Cloud: ask once', 'cloud: '])(
    'has no area: %s',
    (title) => {
      expect(findProblems(title)).toEqual([expect.stringContaining('does not begin with a folder')]);
    },
  );

  it('has a title that is too long', () => {
    expect(findProblems(`cloud: ${'a'.repeat(65)}`)).toEqual([]);
    expect(findProblems(`cloud: ${'a'.repeat(66)}`)).toEqual([expect.stringContaining('has 73 characters')]);
  });

  it('has no body', () => {
    expect(findProblems('cloud: ask once', '\n')).toEqual(["'cloud: ask once' has no body that says why."]);
  });
});
