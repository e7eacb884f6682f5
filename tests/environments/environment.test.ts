import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../environments/environment.ts';

const folder = path.join(import.meta.dirname, '../../environments');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const broken = (change: object) => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'environment-')), 'broken.json');
  writeFileSync(file, JSON.stringify({ ...readEnvironment(path.join(folder, 'dev.json')), ...change }));
  return file;
};

describe('readEnvironment', () => {
  it.for(files)('reads %s, whose name is its own', (file) => {
    expect(`${readEnvironment(path.join(folder, file)).name}.json`).toBe(file);
  });

  it('says everything that is wrong with a file at once', () => {
    const file = broken({ name: 'production', colour: 'red', landing: { account: 'dev', container: 'landing' } });
    let said = '';
    try {
      readEnvironment(file);
    } catch (error) {
      said = (error as Error).message.replace(file, 'broken.json');
    }
    expect(said).toMatchInlineSnapshot(`
      "Environment file 'broken.json' cannot be used:
        - name: Invalid option: expected one of "local"|"dev"|"test"|"prod" (found "production")
        - landing.account: Invalid URL (found "dev")
        - top level: Unrecognized key: "colour"
      Every key is described in environments/README.md."
    `);
  });

  it('says what is wrong with a file that is not there', () => {
    expect(() => readEnvironment('nowhere.json')).toThrow("Environment file 'nowhere.json' cannot be read");
  });

  it('uses a managed identity everywhere but on one machine', () => {
    for (const file of files) {
      const { identity, name } = readEnvironment(path.join(folder, file));
      expect(identity.kind).toBe(name === 'local' ? 'local' : 'managed');
    }
  });
});
