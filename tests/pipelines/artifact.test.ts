import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRepository, root } from './expand.ts';

const entries = ['cli/deployment/main.ts', 'cli/catalog/main.ts', 'cli/catalog/smoke.ts'];

/** Every file and package that a program needs when it runs. Types are gone by then. */
function listNeeded(entry: string, needed = new Set<string>()): Set<string> {
  if (needed.has(entry)) return needed;
  needed.add(entry);
  const text = readFileSync(path.join(root, entry), 'utf8');
  for (const [, name = ''] of text.matchAll(/^(?:import|export)(?! type)[^;]*?from '([^']+)'/gms)) {
    if (name.startsWith('.')) listNeeded(path.join(path.dirname(entry), name), needed);
    else if (!name.startsWith('node:')) needed.add(`package ${name}`);
  }
  return needed;
}

const needed = [...new Set(entries.flatMap((entry) => [...listNeeded(entry)]))];

describe('the artifact of a release', () => {
  const build = readRepository('azure-pipelines/build.sh');
  const copied = /^cp --recursive (cli .*) "\$out\/"$/m.exec(build)?.[1]?.split(' ') ?? [];

  it('holds every file that a deployment runs', () => {
    const folders = needed.filter((name) => !name.startsWith('package ')).map((name) => name.split('/')[0]);
    expect(needed.length).toBeGreaterThan(60);
    expect([...new Set(folders)].filter((folder) => !copied.includes(folder ?? ''))).toEqual([]);
  });

  it('holds every package that a deployment asks for, since none is one of the build', () => {
    const { dependencies } = JSON.parse(readRepository('package.json')) as { dependencies: Record<string, string> };
    const packages = needed.filter((name) => name.startsWith('package ')).map((name) => name.slice(8));
    expect(packages.filter((name) => !(name in dependencies))).toEqual([]);
  });

  it('is built by tools of the versions of everybody, which are checked when they are installed', () => {
    const lines = readRepository('azure-pipelines/wheel-tools.txt').split('\n').slice(1, -1);
    const pinned = readRepository('tools/bootstrap/requirements.txt').match(/^(setuptools|wheel)==.+$/gm);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(pinned);
    for (const line of lines) expect(line).toMatch(/ --hash=sha256:[0-9a-f]{64}$/);
    const installs = build.match(/^python -m pip install .*$/gm) ?? [];
    expect(installs).toHaveLength(1);
    expect(installs[0]).toContain('--require-hashes -r azure-pipelines/wheel-tools.txt');
  });

  it('has the jobs of the project that environments name', () => {
    const read = /^project=\$\(node -p "(.*)"\)$/m.exec(build)?.[1] ?? '';
    expect(execFileSync(process.execPath, ['-p', read], { cwd: root, encoding: 'utf8' }).trim()).toBe(
      'projects/fitness',
    );
    expect(build).toContain('cp --recursive "$project" "$out/source/src/medallion_project"');
  });

  it('holds the app roles, every template, and its own version', () => {
    expect(build).toContain('cp bicep/app-roles.json "$out/bicep/"');
    expect(build).toContain('for template in foundation main grants settings eventing; do');
    expect(build).toContain('stamp package.json > "$out/package.json"');
  });
});
