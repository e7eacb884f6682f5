import { describe, expect, it } from 'vitest';
import { findDeletedPeople } from '../../bench/campaign/check-deletions.ts';
import { checks } from '../../bench/campaign/checks.ts';
import { createDeletion, createLogins, createReadings } from '../../bench/campaign/contents.ts';
import type { Evidence } from '../../bench/campaign/evidence.ts';
import { file, good, hour, midnight, run, sample } from './good-campaign.ts';

const toText = (moment: number) => new Date(moment).toISOString();
const toContent = (text: string) => ({ etag: file.etag, content: Buffer.from(text) });

/** Content 4 has visits of the person whom content 2 deletes, and content 1 those of somebody else. */
const deletion = { ...file, file: 'd1', path: 'kafka_multiplex/s1/2.json', publishedAt: toText(midnight - hour) };
const deleted: Partial<Evidence> = {
  files: [{ ...deletion, lines: 1, accepted: 1 }],
  contents: new Map([[deletion.path, [Buffer.from(createDeletion(2))]]]),
  storage: new Map(),
  rows: [],
};
const nightAfter = { name: 'night', from: midnight + 3 * hour, to: midnight + 4 * hour };
const next = { ...run, batch: '20260102T020000000Z-00000002', endedAt: toText(midnight + 2.1 * hour) };
const released = { ...next, release: `r-${next.batch}` };
const show = (name: string, startedAt: number): Partial<Evidence> => ({
  ...deleted,
  runs: [run, released],
  publications: new Map([[3, { name, startedAt }]]),
  samples: [{ from: 0, to: 1, publication: 3, gyms: { g4: 3 } }],
});
const find = (change: Partial<Evidence>) => findDeletedPeople({ ...good, ...change });

describe('the check of deleted people', () => {
  it('wants a night after the delete', () => {
    expect(find(deleted)).toEqual([]);
    expect(find({ ...deleted, maintenances: [] })).toEqual(["No night has ended well since 'c4' was deleted."]);
  });

  it('wants no table that tells of her', () => {
    expect(find({ ...deleted, mentions: new Map([['c4', ['silver.users']]]) })).toEqual([
      "'silver.users' still tells of 'c4'.",
    ]);
  });

  it('lets no release show her that was begun after the night', () => {
    const startedAt = midnight + 2.1 * hour;
    expect(find(show(released.release, startedAt))).toEqual(["Publication 3 was made without 'c4', and shows her."]);
    expect(find(show(`r-${run.batch}`, startedAt))).toEqual([]);
    expect(find({ ...show(released.release, startedAt), samples: [{ ...sample, publication: 3 }] })).toEqual([]);
  });

  it('lets a roll back show her until a night in which readers see a release without her', () => {
    const maintenances = [...good.maintenances, nightAfter];
    const rollBackAt = (startedAt: number, shown: string) => {
      const rolledBack = show(`r-${run.batch}-12345678`, startedAt);
      const publications = new Map([...(rolledBack.publications ?? []), [2, { name: shown, startedAt: midnight }]]);
      return find({ ...rolledBack, publications, maintenances });
    };
    expect(rollBackAt(midnight + 2.5 * hour, released.release)).toEqual([]);
    expect(rollBackAt(midnight + 5 * hour, `r-${run.batch}`)).toEqual([]);
    expect(rollBackAt(midnight + 5 * hour, released.release)).toHaveLength(1);
  });
});

const toRows = (of: typeof file, texts: readonly (string | undefined)[]) =>
  texts.map((line, index) => ({
    file: of.file,
    path: of.path,
    number: index + 1,
    line: line ?? '',
    violations: 0,
    isErased: line === undefined,
  }));
const nobody = [undefined, undefined, undefined];

describe('the check of lines', () => {
  const check = (of: typeof file, text: string, lines: readonly (string | undefined)[]) =>
    checks['wrong lines']?.({
      ...good,
      files: [of],
      storage: new Map([[of.path, toContent(text)]]),
      rows: toRows(of, lines),
    });
  const hers = { ...file, path: 'gym_logins/s1/4.csv' };

  it('accepts erased lines of the deleted, counted or not', () => {
    expect(check(hers, createLogins(4), nobody)).toEqual([]);
    expect(check({ ...hers, lines: 0, accepted: 0 }, createLogins(4), nobody)).toEqual([]);
  });

  it('does not accept that others lose lines', () => {
    expect(check(file, createLogins(1), nobody)).toEqual([expect.stringMatching(/lost lines of people who are there/)]);
    const [, first] = createLogins(4).split('\n');
    expect(check(hers, `${createLogins(1)}${first}\n`, [first, ...nobody])).toHaveLength(1);
  });

  it('does not accept another count', () => {
    expect(check({ ...hers, lines: 2, accepted: 2 }, createLogins(4), nobody)).toEqual([
      expect.stringMatching(/has 2 lines and 0 in bronze/),
    ]);
  });

  it('looks into files of messages and into those that were set aside, too', () => {
    const readings = { ...file, path: 'kafka_multiplex/s1/1.json', lines: 40, accepted: 40 };
    const erased = Array.from({ length: 40 }, () => undefined);
    expect(check(readings, createReadings(1), erased)).toEqual([]);
    expect(check(readings, createReadings(2), erased)).toHaveLength(1);
    const bad = { ...hers, status: 'quarantined', reason: 'Broken.' } as const;
    expect(check(bad, createLogins(4), nobody)).toEqual([]);
    expect(check({ ...bad, path: file.path }, createLogins(1), nobody)).toHaveLength(1);
  });
});
