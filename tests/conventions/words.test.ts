import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOpenapiDocument } from '../../functions/http/openapi.ts';
import { problemCodes } from '../../functions/http/problem.ts';
import { eventNames } from '../../medallion/events.ts';
import { listRoutes } from '../support/routes.ts';
import { entra } from '../support/test-context.ts';
import { findRetiredNames, findRetiredPaths, findRetiredPhrases, findRetiredWholes } from './find-retired.ts';
import { collectNames, listExports, readMarkdownCode, readMarkup, readScript } from './public-names.ts';
import { retiredExports, retiredFields, retiredKeys, retiredProblemCodes, retiredValues } from './retired-words.ts';
import { root, sources } from './sources.ts';

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const none: string[] = [];

describe('a retired word', () => {
  it('is found as a part of a name, in every case', () => {
    const names = [
      'quietSeconds',
      'QUIET_SECONDS',
      'openDesk',
      'local-cloud',
      '/api/acts',
      'maxQuiet',
      'facts',
      'HTTPDesk',
      'mostFiles',
      'isAtLeast',
    ];
    expect(findRetiredNames(names)).toEqual([
      'quietSeconds: quietSeconds',
      'QUIET_SECONDS: quietSeconds',
      'openDesk: desk',
      'local-cloud: localCloud',
      '/api/acts: acts',
      'HTTPDesk: desk',
      'mostFiles: most',
    ]);
  });

  it('is found in prose as a whole', () => {
    expect(findRetiredPhrases('The stream was given\nup. Somebody upheld the Fates.')).toHaveLength(1);
    expect(findRetiredPhrases('Stand-ins of the local cloud land set 1.')).toHaveLength(3);
  });

  it('is found as a segment of an address', () => {
    expect(
      findRetiredPaths(['api/streams/gold/drain', '/api/releases//publish?x=1', 'drain', 'a/drain-requests']),
    ).toEqual(['api/streams/gold/drain', '/api/releases//publish?x=1']);
  });

  it('is found in what each kind of file shows to people', () => {
    const script = readScript(
      `// a desk\nconst fate = get(\`files?why=\${wish.x}\`);\nsay('Quarantine desk', 'Acts', "standing");`,
    );
    expect(findRetiredNames(script.names)).toEqual([
      'fate: fate',
      'wish: wish',
      'files?why=: why',
      'Acts: acts',
      'standing: standing',
    ]);
    expect(script.sentences).toContain('Quarantine desk');
    expect(readMarkup('<p id="acts">Why</p><i>a b</i>')).toEqual({ names: ['acts', 'Why'], sentences: ['a b'] });
    expect(readMarkdownCode('Why `npm run derive`?\n```sh\nheld --x\n```\n```\nwhy\n```\n[a](b.md)')).toEqual(
      expect.arrayContaining(['held', 'derive', 'b.md']),
    );
    expect(listExports('export async function* a(\nexport const b = 1;\nexport { c, d as e };\nconst f = 1;')).toEqual([
      'a',
      'b',
      'c',
      'e',
    ]);
  });
});

describe('the API', () => {
  const document = createOpenapiDocument(listRoutes(), entra);
  const addresses = Object.keys(document['paths'] as object);
  const { fields, operations, values } = collectNames(document);

  it('was read as a whole', () => {
    expect(fields).toEqual(expect.arrayContaining(['changedInputs', 'limit', 'Idempotency-Key', 'release']));
    expect(values).toEqual(expect.arrayContaining(['blocked', 'roll_back', 'operator']));
    expect(operations).toContain('updateStream');
  });

  it('has no retired word in its paths', () => {
    expect(findRetiredNames(addresses)).toEqual(none);
    expect(findRetiredPaths(addresses)).toEqual(none);
  });

  it('has no retired word in its operation ids', () => {
    expect(findRetiredNames(operations)).toEqual(none);
  });

  it('has no retired word in its fields and parameters', () => {
    expect(findRetiredNames(fields)).toEqual(none);
    expect(findRetiredWholes(fields, retiredFields)).toEqual(none);
  });

  it('has no retired word among its values and roles', () => {
    expect(findRetiredNames(values)).toEqual(none);
    expect(findRetiredWholes(values, retiredValues)).toEqual(none);
  });

  it('has no retired problem code', () => {
    expect(findRetiredNames(problemCodes)).toEqual(none);
    expect(findRetiredWholes(problemCodes, retiredProblemCodes)).toEqual(none);
  });

  it('says no retired word in its sentences', () => {
    expect(findRetiredPhrases(JSON.stringify(document, null, 1))).toEqual(none);
  });
});

it('environment files have no retired word among their keys and values', () => {
  const { fields, values } = collectNames(JSON.parse(read('environments/environment.schema.json')));
  expect(fields).toEqual(expect.arrayContaining(['debounceSeconds', 'onDuty']));
  expect(findRetiredNames([...fields, ...values])).toEqual(none);
  expect(findRetiredWholes(fields, retiredKeys)).toEqual(none);
  expect(findRetiredPhrases(read('environments/environment.schema.json'))).toEqual(none);
});

it('events of the log have no retired word in their names', () => {
  expect(findRetiredNames(eventNames)).toEqual(none);
});

const folders = ['functions', 'operations', 'orchestrations', 'medallion', 'cloud'];

it.for(folders)('%s/ exports no retired name', (folder) => {
  const files = sources(new RegExp(`^${folder}/.*\\.ts$`)).filter((file) => existsSync(path.join(root, file)));
  const names = files.flatMap((file) => listExports(read(file)));
  expect(names.length).toBeGreaterThan(20);
  expect(findRetiredNames([...names, ...files])).toEqual(none);
  expect(findRetiredWholes(names, retiredExports)).toEqual(none);
});

/** The one page that is generated from what `--help` prints. */
const commands = 'docs/cli.md';

it('commands have no retired word in their help', () => {
  const text = read(commands);
  expect([...findRetiredNames(readMarkdownCode(text)), ...findRetiredPhrases(text)]).toEqual(none);
});

describe('the page', () => {
  const files = sources(/^dashboard\/.*\.(js|html)$/).filter((file) => existsSync(path.join(root, file)));

  it.for(files)('%s has no retired word in its identifiers, paths and labels', (file) => {
    const { names, sentences } = file.endsWith('.html') ? readMarkup(read(file)) : readScript(read(file));
    const retired = [...findRetiredNames([...names, file]), ...findRetiredPaths(names)];
    expect([...retired, ...findRetiredPhrases(sentences.join('\n'))]).toEqual(none);
  });
});

it('README.md has no retired word in its commands and paths, nor one that is no English', () => {
  const text = read('README.md');
  const code = readMarkdownCode(text);
  expect([...findRetiredNames(code), ...findRetiredPaths(code), ...findRetiredPhrases(text)]).toEqual(none);
});
