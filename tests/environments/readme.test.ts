import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const folder = path.join(import.meta.dirname, '../../environments');
const schema = JSON.parse(readFileSync(path.join(folder, 'environment.schema.json'), 'utf8')) as Schema;
const readme = readFileSync(path.join(folder, 'README.md'), 'utf8');

/** The path of every key that has no keys below it. */
function listKeys({ anyOf = [], oneOf = [], properties = {} }: Schema): string[] {
  const below = Object.entries(properties).flatMap(([name, child]) => {
    const keys = listKeys(child);
    return keys.length === 0 ? [name] : keys.map((key) => `${name}.${key}`);
  });
  return [...new Set([...below, ...[...anyOf, ...oneOf].flatMap(listKeys)])];
}

/** A row of a table names a key in full, or by its last part beside a key of the same object. */
const isDescribed = (key: string) =>
  readme.split('\n').some((line) => {
    if (!line.startsWith('| `')) return false;
    const parents = key.split('.').slice(0, -1).join('.');
    const name = key.split('.').at(-1);
    return line.includes(`\`${parents}`) && new RegExp(`[.\`"]${name}[\`"]`).test(line);
  });

const keys = listKeys(schema).filter((key) => key !== '$schema');

it('knows every key of an environment', () => {
  expect(keys.length).toBeGreaterThan(50);
  expect(keys).toContain('tuning.streams.maxRestarts');
  expect(keys).toContain('deployment.budget.monthly');
});

it('describes every key in the README', () => {
  expect(keys.filter((key) => !isDescribed(key))).toEqual([]);
});
