import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './sources.ts';

interface Cruised {
  readonly modules: { readonly source: string }[];
  readonly summary: { readonly violations: { readonly from: string; readonly rule: { readonly name: string } }[] };
}

interface Config {
  readonly folders: readonly string[];
  readonly default: { readonly forbidden: readonly { readonly name: string }[] };
}

const configFile = '.dependency-cruiser.mjs';
const { default: config, folders } = (await import(path.join(root, configFile))) as Config;

function cruise(): Cruised {
  const tool = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const args = [tool, '--config', configFile, '--output-type', 'json', ...folders];
  const { stderr, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (!stdout) throw new Error(stderr);
  return JSON.parse(stdout) as Cruised;
}

/** A folder and an import that it may not have, by the rule that says so. */
const planted: Readonly<Record<string, readonly [folder: string, reach: string]>> = {
  'no-circles': ['medallion', './planted-no-circles.ts'],
  'medallion-is-pure': ['medallion', '../cloud/storage.ts'],
  'operations-know-ports-only': ['operations/intake', '@azure/functions'],
  'orchestrators-only-decide': ['orchestrations', 'node:fs'],
  'activities-adapt-operations': ['orchestrations/activities', './submit-job.ts'],
  'entry-points-call-operations': ['functions/http', '../../orchestrations/pipeline.ts'],
  'routes-are-independent': ['functions/http/routes', './runs.ts'],
  'main-is-the-only-composition-root': ['functions/triggers', '../../cloud/storage.ts'],
  'cloud-translates': ['cloud', '../functions/triggers/sweep.ts'],
  'environments-are-data': ['environments', '../cloud/storage.ts'],
  'commands-speak-over-the-wire': ['cli', '../cloud/storage.ts'],
  'catalog-command-uses-operations': ['cli/catalog', '../../orchestrations/names.ts'],
  'declared-commands-need-nothing': ['cli/commands', '../../medallion/layer.ts'],
  'emulators-know-nothing-of-the-product': ['emulators/adls', '../../medallion/layer.ts'],
  'emulators-are-independent': ['emulators/adls', '../databricks/main.ts'],
  'shared-knows-no-emulator': ['emulators/shared', '../adls/main.ts'],
  'tools-read-contracts': ['tools', '../cloud/storage.ts'],
  'benchmarks-measure-from-outside': ['bench', '../cloud/storage.ts'],
  'nobody-imports-tests': ['medallion', '../tests/support/samples.ts'],
};
const files = Object.entries(planted).map(([rule, [folder, reach]]) => ({
  rule,
  file: path.join(folder, `planted-${rule}.ts`),
  text: `import * as reached from '${reach}';\nexport const planted = reached;\n`,
}));

/** One look at all folders, with every planted violation in place. */
function cruiseWithPlanted(): Cruised {
  try {
    for (const { file, text } of files) writeFileSync(path.join(root, file), text);
    return cruise();
  } finally {
    for (const { file } of files) rmSync(path.join(root, file), { force: true });
  }
}

describe('the import rules', () => {
  const { modules, summary } = cruiseWithPlanted();

  it('are checked against modules of every folder', () => {
    for (const folder of folders)
      expect(modules.filter(({ source }) => source.startsWith(`${folder}/`)).length, folder).toBeGreaterThan(1);
  });

  it('are kept', () => {
    expect(summary.violations.filter(({ from }) => !from.includes('/planted-'))).toEqual([]);
  });

  it.for(files)('catch a planted violation of $rule', ({ file, rule }) => {
    const names = summary.violations.filter(({ from }) => from === file).map((violation) => violation.rule.name);
    expect(names).toContain(rule);
  });

  // The register is one file, beside which no other can be planted.
  it('have a planted violation each, but the one of a single file', () => {
    const names = config.forbidden.map(({ name }) => name).filter((name) => name !== 'register-lists-the-app');
    expect(Object.keys(planted).sort()).toEqual(names.sort());
  });
});
