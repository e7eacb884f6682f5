import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bicep, root, whenThere } from '../cli.ts';
import { type Compiled, change, compiled, type EnvironmentName, environments, resourcesOf } from '../compiled.ts';
import { accepted } from './accepted.ts';

interface RuleResult {
  readonly check_id: string;
  readonly resource: string;
  readonly file_path: string;
}

const home = path.join(root, '.tools/checkov');
const requirements = path.join(import.meta.dirname, 'requirements.txt');
const folder = mkdtempSync(path.join(tmpdir(), 'checkov-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Its own environment, made once for what is pinned. */
function install(): void {
  const stamp = path.join(home, 'installed.txt');
  const toPinnedTable = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === toPinnedTable) return;
  rmSync(home, { recursive: true, force: true });
  execFileSync(process.env['MEDALLION_PYTHON'] ?? 'python3', ['-m', 'venv', home]);
  execFileSync(path.join(home, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(stamp, toPinnedTable);
}

/** What the deployments would create, as templates without an expression: checkov does not work them out. */
function findingsIn(found: Compiled): RuleResult[] {
  for (const environment of environments) {
    const $schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';
    const template = { $schema, contentVersion: '1.0.0.0', resources: resourcesOf(found, environment) };
    writeFileSync(path.join(folder, `${environment}.json`), JSON.stringify(template, null, 1));
  }
  const args = ['-d', folder, '--framework', 'arm', '--output', 'json', '--quiet', '--compact', '--skip-download'];
  const { stderr, stdout } = spawnSync(path.join(home, 'bin/checkov'), args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (!stdout.startsWith('{')) throw new Error(`checkov did not answer. ${stdout}${stderr}`);
  const { results, summary } = JSON.parse(stdout) as {
    results: { failed_checks: RuleResult[] };
    summary: { resource_count: number; parsing_errors: number };
  };
  expect(summary).toMatchObject({ parsing_errors: 0 });
  expect(summary.resource_count).toBeGreaterThan(200);
  return results.failed_checks;
}

const environmentOf = ({ file_path }: RuleResult) => path.basename(file_path, '.json') as EnvironmentName;
const acceptedFor = (finding: RuleResult) =>
  accepted.filter(
    ({ check, environments: names, resource }) =>
      check === finding.check_id && names.includes(environmentOf(finding)) && resource.test(finding.resource),
  );
const strange = (findings: RuleResult[]) =>
  findings
    .filter((finding) => acceptedFor(finding).length === 0)
    .map((finding) => `${environmentOf(finding)}: ${finding.check_id} ${finding.resource}`);

describe.runIf(bicep)(`checkov, which knows nothing of our checklist${whenThere}`, () => {
  let found: Compiled;
  beforeAll(async () => {
    install();
    found = await compiled();
  });

  it('finds nothing that we have not thought of, and no thought is left over', () => {
    const findings = findingsIn(found);

    expect(strange(findings)).toEqual([]);
    const needed = new Set(findings.flatMap(acceptedFor));
    expect(accepted.filter((each) => !needed.has(each)).map(({ check, reason }) => `${check}: ${reason}`)).toEqual([]);
  });

  it('finds a violation that is planted', () => {
    const planted = structuredClone(found);
    change(planted, 'prod', 'medallionlakeprod', 'properties.minimumTlsVersion', 'TLS1_0');
    change(planted, 'prod', 'func-medallion-prod', 'properties.httpsOnly', false);

    const noticed = strange(findingsIn(planted));
    expect(noticed).toContain('prod: CKV_AZURE_44 Microsoft.Storage/storageAccounts.medallionlakeprod');
    expect(noticed).toContain('prod: CKV_AZURE_14 Microsoft.Web/sites.func-medallion-prod');
    expect(noticed.filter((each) => !/lakeprod|func-medallion-prod/.test(each))).toEqual([]);
  });
});
