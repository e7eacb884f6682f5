import { describe, expect, it } from 'vitest';
import {
  findFirstCovering,
  findNewestCut,
  isAtLeast,
  listFailedTables,
  type ProgressEntry,
  parseProgress,
  progressFolder,
} from '../../../medallion/releases/progress.ts';

const at = '2026-01-01T00:00:00.000Z';
const bronze = (bpm: number, unrouted = 0): ProgressEntry => ({
  at,
  versions: { 'bronze.bpm': bpm, 'bronze.unrouted': unrouted },
});
const silver = (read: number, rates: number, users = 1): ProgressEntry => ({
  at,
  versions: { 'silver.heart_rates': rates, 'silver.users': users, 'silver.calendar': 9 },
  read: { 'bronze.bpm': read },
});
const gold = (rates: number, users: number, version: number): ProgressEntry => ({
  at,
  versions: { 'gold.summary': version },
  read: { 'silver.heart_rates': rates, 'silver.users': users },
});

describe('parseProgress', () => {
  it('reads what a job has written, and nothing where none ever ran', () => {
    expect(parseProgress(undefined)).toEqual([]);
    expect(parseProgress({ layer: 'bronze', entries: [bronze(1)] })).toEqual([bronze(1)]);
    expect(progressFolder('gold')).toBe('progress/gold');
  });
});

describe('listFailedTables', () => {
  const failed = { 'silver.users': 'Why.' };

  it('says what was behind at these versions, and not what was before or is later', () => {
    const entries = [silver(1, 1), { ...silver(2, 2), failed }, silver(3, 3)];
    const listAt = (rates: number) => listFailedTables(entries, silver(0, rates).versions);
    expect([1, 2, 3, 0].map(listAt)).toEqual([{}, failed, {}, {}]);
  });

  it('takes the last word on the same versions', () => {
    expect(listFailedTables([{ ...silver(1, 1), failed }, silver(1, 1)], silver(1, 1).versions)).toEqual({});
    expect(listFailedTables([silver(1, 1), { ...silver(1, 1), failed }], silver(1, 1).versions)).toEqual(failed);
  });
});

describe('isAtLeast', () => {
  it('asks for every table that is followed, and for no other', () => {
    expect(isAtLeast({ a: 2 }, { a: 2, b: 7 })).toBe(true);
    expect(isAtLeast({ a: 1 }, { a: 2 })).toBe(false);
  });
});

describe('findFirstCovering', () => {
  it('is the first micro-batch that had read everything', () => {
    const entries = [silver(3, 1), silver(5, 2), silver(8, 3)];
    expect(findFirstCovering(entries, { 'bronze.bpm': 4 })).toBe(entries[1]);
    expect(findFirstCovering(entries, { 'bronze.bpm': 9 })).toBeUndefined();
  });
});

describe('findNewestCut', () => {
  it('takes gold with the silver that it read, and that silver with its bronze', () => {
    const cut = findNewestCut({
      bronze: [bronze(4), bronze(6)],
      silver: [silver(4, 2), silver(6, 3)],
      gold: [gold(2, 1, 7)],
    });

    expect(cut?.covered).toEqual({ 'bronze.bpm': 4 });
    expect(cut?.versions).toEqual({
      'bronze.bpm': 4,
      'bronze.unrouted': 0,
      'silver.heart_rates': 2,
      'silver.users': 1,
      'silver.calendar': 9,
      'gold.summary': 7,
    });
  });

  it('covers no more than was done when gold read in the middle of a micro-batch, and judges no less than was used', () => {
    const cut = findNewestCut({
      bronze: [bronze(4), bronze(6)],
      silver: [silver(4, 2, 1), silver(6, 3, 2)],
      gold: [gold(3, 1, 7)],
    });

    expect(cut?.covered).toEqual({ 'bronze.bpm': 4 });
    expect(cut?.versions).toMatchObject({ 'bronze.bpm': 6, 'silver.heart_rates': 3, 'silver.users': 1 });
  });

  it('waits for the end of a micro-batch of silver that gold has seen a part of', () => {
    const entries = { bronze: [bronze(4)], silver: [silver(4, 2, 1)] };
    expect(findNewestCut({ ...entries, gold: [gold(3, 1, 7)] })).toBeUndefined();
    expect(findNewestCut({ ...entries, gold: [gold(2, 1, 6), gold(3, 1, 7)] })?.versions).toMatchObject({
      'gold.summary': 6,
    });
  });

  it('covers what left silver as it was', () => {
    const quarantined = findNewestCut({
      bronze: [bronze(4), bronze(5)],
      silver: [silver(4, 2), silver(5, 2)],
      gold: [gold(2, 1, 7)],
    });
    expect(quarantined?.covered).toEqual({ 'bronze.bpm': 5 });
  });

  it('is nothing before gold has ever been built', () => {
    expect(findNewestCut({ bronze: [bronze(4)], silver: [silver(4, 2)], gold: [] })).toBeUndefined();
  });
});
