import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { steps } from '../../cli/deployment/steps/index.ts';
import { commandsIn } from '../support/readme.ts';
import { root } from './expand.ts';

const guide = readFileSync(path.join(root, 'docs/deploy.md'), 'utf8');
const commands = commandsIn('docs/deploy.md').join('\n');
const templates = ['main', 'identities', 'pipeline', 'network', 'workspace'].map((name) =>
  readFileSync(path.join(root, name === 'main' ? 'bicep/main.bicep' : `bicep/modules/${name}.bicep`), 'utf8'),
);

describe('the guide to deploying', () => {
  it('names no file that is not there', () => {
    const named = [
      ...guide.matchAll(/(?:bicep|environments|databricks|azure-pipelines)\/[\w./-]+\.\w+|azure-pipelines\.yml/g),
    ].map(([file]) => file);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });

  it('runs no script that is not there', () => {
    const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const [, name = ''] of guide.matchAll(/npm (?:run )?(generate|test|check|catalog|\w+)/g))
      expect(scripts).toHaveProperty(name);
  });

  it('names resources as the templates do', () => {
    const kinds = [...guide.matchAll(/\b([a-z]+(?:-[a-z]+)?)-medallion-(?:test|prod)\b/g)].map(([, kind = '']) => kind);
    expect(new Set(kinds).size).toBeGreaterThan(3);
    const made = templates.join('').concat("nameOf('rg'");
    for (const kind of new Set(kinds)) expect(made).toContain(`nameOf('${kind}'`);
  });

  it('has every step of a deployment, in its order, with the rights that it needs', () => {
    const rows = [...guide.matchAll(/^\| `([\w-]+)` \| .+ \| .+ \|$/gm)].map(([, name]) => name);
    expect(rows).toEqual(steps.map(({ name }) => name));
  });

  it('fits on one page', () => {
    expect(guide.split('\n').length).toBeLessThanOrEqual(160);
  });

  it('tells nobody to write a secret down', () => {
    expect(commands).not.toMatch(
      /client-secret|password|--secret|create-for-rbac|account-key|connection-string|\bpat\b/i,
    );
  });

  it('has a budget for each environment, as its file says', () => {
    const row = /budget in `environments\/` \| ([\d,]+) \| ([\d,]+) \| ([\d,]+)/.exec(guide)?.slice(1) ?? [];
    const monthly = ['dev', 'test', 'prod'].map((name) => {
      const file = readFileSync(path.join(root, `environments/${name}.json`), 'utf8');
      return (JSON.parse(file) as { deployment: { budget: { monthly: number } } }).deployment.budget.monthly;
    });
    expect(row.map((text) => Number(text.replace(',', '')))).toEqual(monthly);
  });
});
