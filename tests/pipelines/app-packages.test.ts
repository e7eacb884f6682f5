import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { readRepository, root } from './expand.ts';

const build = readRepository('azure-pipelines/build.sh').split('\n');
const install = build.findIndex((line) => line.startsWith('npm install') && line.includes('--omit=dev'));

/** The packages that npm itself would install from the lock file. It asks no registry. */
function listPackages(options: readonly string[]): string[] {
  const args = ['ls', '--package-lock-only', '--all', '--parseable', '--loglevel=error', ...options];
  const { status, stderr, stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`'npm ${args.join(' ')}' ended with code ${status}: ${stderr}`);
  return stdout.split('\n').flatMap((line) => line.split('/node_modules/').slice(-1));
}

describe('the packages in the zip of the app', () => {
  const options = build[install]?.split(' ').filter((word) => /^--(omit|workspaces)=/.test(word)) ?? [];

  it('are those that the app needs, and none of the emulators or of the build', () => {
    const packages = listPackages(options);

    expect(packages).toEqual(
      expect.arrayContaining(['@azure/functions', 'durable-functions', '@databricks/sql', 'zod']),
    );
    expect(packages).not.toContain('azurite');
    expect(packages).not.toContain('sequelize');
    expect(packages).not.toContain('typescript');
  });

  it('would hold those of the emulators, if the workspace were not left out by name', () => {
    expect(listPackages(options.filter((option) => option !== '--workspaces=false'))).toContain('azurite');
  });

  it('are installed into an empty folder, since npm leaves packages of a workspace where they are', () => {
    expect(build[install - 1]).toBe('rm -rf node_modules');
  });
});

describe('the version that a build gives', () => {
  const stamp = build.find((line) => line.startsWith('stamp() '));
  const readStamped = (file: string) => {
    const { stdout } = spawnSync('bash', ['-c', `${stamp}; stamp ${file}`], { cwd: root, encoding: 'utf8' });
    return /^ *"?version"?(?: =|:) "([^"]*)"/m.exec(stdout)?.[1];
  };

  it('is one for the app and for its jobs, and names the commit', () => {
    expect(readStamped('package.json')).toMatch(/^\d+\.\d+\.\d+\+g[0-9a-f]{12}$/);
    expect(readStamped('spark/pyproject.toml')).toBe(readStamped('package.json'));
  });

  it('is the same for both without a build, too', () => {
    const [app] = /"version": "[^"]*"/.exec(readRepository('package.json')) ?? [];
    const [, jobs] = /^version = "([^"]*)"$/m.exec(readRepository('spark/pyproject.toml')) ?? [];
    expect(app).toBe(`"version": "${jobs}"`);
  });
});
