import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../../medallion/contracts/landing-options.ts';
import { findDestination, findReasonToIgnore, findReasonToQuarantine } from '../../../medallion/files/intake.ts';

const datasets = [{ dataset: 'gym_logins' }, { dataset: 'registered_users', names: ['*.csv', '*.csv.gz', 'all'] }];
const taken = (dataset: string) => ({ kind: 'dataset', dataset });

function isControl(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0;
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || ['\u2028', '\u2029', '\\'].includes(letter);
}

describe('findDestination', () => {
  it('finds the dataset in the first folder', () => {
    expect(findDestination('gym_logins/2026/01/1.csv', datasets)).toEqual(taken('gym_logins'));
  });

  it.for(['report[1].csv', '{a}.csv', 'a*b?.csv', 'a:b.csv', "für % + # & ';.csv", 'a/b=c/1.csv'])(
    'takes names that people have: %s',
    (name) => {
      expect(findDestination(`gym_logins/${name}`, datasets)).toEqual(taken('gym_logins'));
    },
  );

  it.for([
    ['gym_logins/a/_visits.csv', "'_visits.csv' is a working name of its writer."],
    ['gym_logins/.visits.csv', "'.visits.csv' is a working name of its writer."],
    ['gym_logins/_temporary/0/a.csv', "'_temporary' is a working name of its writer."],
    ['gym_logins/_a=b/a.csv', "'_a=b' is a working name of its writer."],
    ['gym_logins/a.csv._COPYING_', "'a.csv._COPYING_' is a working name of its writer."],
    ['1.csv', 'It lies outside every dataset folder.'],
    ['gym_login/1.csv', "'gym_login' is not a known dataset; known are gym_logins, registered_users."],
    ['gym_logins/a\nb.csv', 'Its name has a control character or a backslash at place 13.'],
    ['gym_logins/a\\b.csv', 'Its name has a control character or a backslash at place 13.'],
    ['gym_logins/\u2028.csv', 'Its name has a control character or a backslash at place 12.'],
    ['registered_users/a.csv.filepart', 'Its name is none of those that its contract lists: *.csv, *.csv.gz, all.'],
    ['registered_users/all.tmp', 'Its name is none of those that its contract lists: *.csv, *.csv.gz, all.'],
  ] as const)('ignores %j with the reason', ([path, reason]) => {
    expect(findDestination(path, datasets)).toEqual({ kind: 'ignored', reason });
  });

  it('takes the names that a contract lists', () => {
    for (const name of ['a.csv', '2026/01/b.csv.gz', 'all'])
      expect(findDestination(`registered_users/${name}`, datasets)).toEqual(taken('registered_users'));
  });

  it('takes or ignores every name, and takes none that Spark leaves out or that forges a line of a log', () => {
    const segment = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 3 }), (segments) => {
        const path = `gym_logins/${segments.join('/')}`;
        const isTaken = findDestination(path, datasets).kind === 'dataset';
        const isWorking = /\/[._]|\._COPYING_$/.test(path);
        expect(isTaken).toBe(!isWorking && ![...path].some(isControl));
      }),
    );
  });
});

describe('findReasonToQuarantine', () => {
  it.for([
    ['gym_logins/a.csv', 'csv', defaultLimits.fileBytes],
    ['gym_logins/a.json', 'json-array', defaultLimits.arrayBytes],
    ['gym_logins/a.json.gz', 'json-array', defaultLimits.packedBytes],
  ] as const)('sets %s in the format %s aside if it has more than %i bytes', ([path, format, max]) => {
    const rules = { dataset: 'gym_logins', format };
    expect(findReasonToQuarantine({ path, length: max }, rules)).toBeUndefined();
    expect(findReasonToQuarantine({ path, length: max + 1 }, rules)).toContain(`may have ${max} (`);
  });

  it('goes by the limit of the contract, if it has one', () => {
    const rules = { dataset: 'gym_logins', limits: { fileBytes: 10 } };
    expect(findReasonToQuarantine({ path: 'gym_logins/a', length: 10 }, rules)).toBeUndefined();
    expect(findReasonToQuarantine({ path: 'gym_logins/a', length: 11 }, rules)).toBe(
      "It has 11 bytes, and a file may have 10 ('fileBytes' of its contract). Split it, or raise the limit.",
    );
  });
});

describe('findReasonToIgnore', () => {
  it('ignores directories, and an empty file where nothing was loaded', () => {
    expect(findReasonToIgnore({ isDirectory: true, length: 0 }, true)).toBe('It is a directory.');
    expect(findReasonToIgnore({ isDirectory: false, length: 0 }, false)).toBe('It is empty.');
  });

  it('takes a file with bytes, and one that was emptied', () => {
    expect(findReasonToIgnore({ isDirectory: false, length: 5 }, false)).toBeUndefined();
    expect(findReasonToIgnore({ isDirectory: false, length: 0 }, true)).toBeUndefined();
  });
});
