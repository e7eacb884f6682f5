import { beforeAll, describe, expect, it } from 'vitest';
import { everydayWords, findProjectWords, readProjectWords } from './project-words.ts';
import { findPlaces, root, sources } from './sources.ts';

const folders = [
  'functions',
  'operations',
  'orchestrations',
  'medallion',
  'cloud',
  'cli',
  'dashboard',
  'bicep',
  'databricks',
  'spark/src/medallion_engine',
  'emulators',
];

/** Bicep can read no contract, so the days of each dataset are written for it. */
const generated = 'bicep/shared/retention.json';

let names: string[];

beforeAll(async () => {
  names = await readProjectWords(root);
});

describe('a name of a project', () => {
  it('is that of a dataset, a table, a record type or a column', () => {
    expect(names).toEqual(
      expect.arrayContaining(['gym_logins', 'gold.gym_summary', 'gym_summary', 'workout', 'mac_address', 'heartrate']),
    );
    expect(names.filter((name) => everydayWords[name] !== undefined)).toEqual([]);
  });

  it.for([
    ['SELECT gym FROM x', ['1: gym']],
    ["get('a');\nconst minutesInGym = 1;", ['2: gym', '2: minutes_in_gym']],
    ['--gym-logins', ['1: gym', '1: gym_logins']],
    ['// such as `silver.users`', ['1: silver.users']],
    ['account users, last.name, gymnastics, silver.users_too', []],
  ] as [string, string[]][])('is found in: %s', ([text, places]) => {
    const projectNames = ['gym', 'minutes_in_gym', 'gym_logins', 'last_name', 'silver.users'];
    expect(findProjectWords(text, projectNames)).toEqual(places);
  });
});

it.for(folders)('%s/ knows no project', (folder) => {
  const files = sources(new RegExp(`^${folder}/`));
  expect(files.length).toBeGreaterThan(1);
  const written = files.filter((file) => file !== generated);
  expect(findPlaces(written, (text) => findProjectWords(text, names))).toEqual([]);
});
