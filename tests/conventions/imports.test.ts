import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './sources.ts';

interface Cruised {
  readonly modules: { readonly source: string }[];
  readonly summary: { readonly violations: { readonly from: string; readonly rule: { readonly name: string } }[] };
}

function cruise(...rooms: string[]): Cruised {
  const tool = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [tool, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...rooms];
  const { stderr, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as Cruised;
}

describe('the arrows', () => {
  const house = cruise('functions', 'orchestrations', 'medallion', 'cloud', 'environments', 'local');

  it('are drawn from modules that were really seen', () => {
    for (const room of ['functions', 'orchestrations', 'medallion', 'cloud', 'local']) {
      expect(house.modules.filter(({ source }) => source.startsWith(`${room}/`)).length, room).toBeGreaterThan(5);
    }
  });

  it('are kept', () => {
    expect(house.summary.violations).toEqual([]);
  });

  it.for([
    { rule: 'medallion-is-pure', room: 'medallion', reach: '../cloud/lake.ts' },
    { rule: 'orchestrations-only-decide', room: 'orchestrations', reach: 'node:fs' },
    { rule: 'cloud-knows-only-the-words', room: 'cloud', reach: '../functions/sweep.ts' },
    { rule: 'only-the-root-binds-the-world', room: 'functions', reach: '../cloud/lake.ts' },
    { rule: 'nobody-depends-on-local', room: 'functions', reach: '../local/cloud/ports.ts' },
    { rule: 'local-speaks-over-the-wire', room: 'local', reach: '../cloud/lake.ts' },
  ])('catch a planted violation of $rule', ({ reach, room, rule }) => {
    const planted = path.join(root, room, 'planted-for-a-test.ts');
    mkdirSync(path.dirname(planted), { recursive: true });
    writeFileSync(planted, `import * as reached from '${reach}';\nexport const planted = reached;\n`);
    try {
      const names = cruise(room)
        .summary.violations.filter(({ from }) => from.includes('planted'))
        .map((each) => each.rule.name);
      expect(names).toContain(rule);
    } finally {
      rmSync(planted);
    }
  });
});
