import { describe, expect, it, vi } from 'vitest';
import { UnknownPageTokenError } from '../../../medallion/page.ts';
import type { ListedPlace } from '../../../medallion/ports/lake.ts';
import { sweepQuickly } from '../../../operations/intake/sweep-quickly.ts';
import { sweepSlice } from '../../../operations/intake/sweep-slice.ts';
import { aFile, getProperties } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts, listPage } from '../../support/fake-ports.ts';

const now = new Date('2026-01-02T00:00:00Z');
const addMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const createBlobs = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    getProperties(aFile(`bpm/${String(index).padStart(7, '0')}`, { lastModified: '2026-01-01T00:00:00Z' })),
  );
const createPorts = (count: number) => createFakePorts({ datasets: [aLanding('bpm')], landed: createBlobs(count) });

describe('a slice of a full sweep', () => {
  it('is the whole of a small landing zone, every five minutes', async () => {
    const ports = createPorts(3);
    expect(await sweepSlice(ports, now)).toEqual({
      looked: 3,
      missed: 3,
      oldestSeconds: 86_400,
      failed: 0,
      failures: [],
      isComplete: true,
      lookedInAll: 3,
    });
    expect(await sweepSlice(ports, addMinutes(4))).toBeUndefined();
    expect(await sweepSlice(ports, addMinutes(5))).toMatchObject({ looked: 3, missed: 0, isComplete: true });
  });

  it('goes on where the last one has stopped, and begins anew after an hour for each 100,000 files', async () => {
    const ports = createPorts(120_000);
    const known = { ...ports.files, register: async () => ({ kind: 'known', file: '0'.repeat(32) }) as const };
    const paths = new Set<string>();
    const listLandedFiles = async (place: ListedPlace) => {
      const page = await ports.lake.listLandedFiles(place);
      for (const { path } of page.rows) paths.add(path);
      return page;
    };
    const counted = { ...ports, files: known, lake: { ...ports.lake, listLandedFiles } };
    // Nobody knows how many there are.
    expect(await sweepSlice(counted, now)).toMatchObject({ looked: 120_000, isComplete: true });
    paths.clear();
    const reports = [];
    expect(await sweepSlice(counted, addMinutes(71))).toBeUndefined();
    for (let minutes = 72; minutes < 144; minutes += 5) {
      const report = await sweepSlice(counted, addMinutes(minutes));
      if (report) reports.push(report);
    }
    expect(reports.map(({ looked }) => looked)).toEqual([50_000, 50_000, 20_000]);
    expect(reports.map(({ isComplete }) => isComplete)).toEqual([false, false, true]);
    expect(reports.map(({ lookedInAll }) => lookedInAll)).toEqual([50_000, 100_000, 120_000]);
    expect(paths.size).toBe(120_000);
  });

  it('takes a day for millions of files, and looks at what is due by now if slices were left out', async () => {
    const ports = createPorts(0);
    const began = now.toISOString();
    await ports.marks.set('full-sweep', JSON.stringify({ began, looked: 0, files: 3_000_000, isComplete: false }));
    const listLandedFiles = async () => ({ rows: [], next: 'again' });
    let pages = 0;
    const files = createBlobs(5000);
    const endless = async () => {
      pages++;
      return { ...(await listLandedFiles()), rows: files };
    };
    const known = { ...ports.files, register: async () => ({ kind: 'known', file: '0'.repeat(32) }) as const };
    await sweepSlice({ ...ports, files: known, lake: { ...ports.lake, listLandedFiles: endless } }, addMinutes(144));
    expect(pages).toBe(300_000 / 5000);
  });

  it('keeps its place when the list breaks off', async () => {
    const ports = createPorts(12_000);
    const known = { ...ports.files, register: async () => ({ kind: 'known', file: '0'.repeat(32) }) as const };
    const failing = async (place: ListedPlace) => {
      if (place.after) throw new Error('Page 2 is away.');
      return ports.lake.listLandedFiles(place);
    };
    const broken = { ...ports, files: known, lake: { ...ports.lake, listLandedFiles: failing } };
    expect(await sweepSlice(broken, now)).toMatchObject({ looked: 5000, failed: 1, isComplete: false });
    expect(await sweepSlice({ ...ports, files: known }, addMinutes(5))).toMatchObject({
      looked: 7000,
      lookedInAll: 12_000,
      isComplete: true,
    });
  });

  it('ends in time while storage is slow, and goes on there the next time', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const ports = createPorts(30_000);
    const known = { ...ports.files, register: async () => ({ kind: 'known', file: '0'.repeat(32) }) as const };
    const listLandedFiles = async (place: ListedPlace) => {
      vi.advanceTimersByTime(60_000);
      return ports.lake.listLandedFiles(place);
    };
    const slow = { ...ports, files: known, lake: { ...ports.lake, listLandedFiles } };
    // When the fourth page comes its files cannot be looked at any more, so it is listed again.
    expect(await sweepSlice(slow, now)).toMatchObject({ looked: 15_000, isComplete: false });
    expect(await sweepSlice(slow, addMinutes(5))).toMatchObject({ looked: 15_000, lookedInAll: 30_000 });
    vi.useRealTimers();
  });

  it('begins anew where storage does not know the token any more', async () => {
    const ports = createPorts(3);
    const progress = { began: now.toISOString(), looked: 7, after: 'forgotten', isComplete: false };
    await ports.marks.set('full-sweep', JSON.stringify(progress));
    const listLandedFiles = async (place: ListedPlace) => {
      if (place.after === 'forgotten') throw new UnknownPageTokenError();
      return listPage(createBlobs(3), place);
    };
    expect(await sweepSlice({ ...ports, lake: { ...ports.lake, listLandedFiles } }, now)).toMatchObject({
      missed: 3,
      failed: 0,
      isComplete: true,
    });
  });

  it('soon finds what was renamed with an old time while its event was lost, which no quick sweep does', async () => {
    const ports = createPorts(2);
    const landed = createBlobs(1);
    const renamed = { ...ports, lake: { ...ports.lake, listLandedFiles: async () => ({ rows: landed }) } };
    await sweepQuickly(renamed, now);
    await sweepSlice(renamed, now);
    landed.push(...createBlobs(2).slice(1));
    expect(await sweepQuickly(renamed, addMinutes(5))).toMatchObject({ looked: 2, missed: 0 });
    expect(await sweepSlice(renamed, addMinutes(5))).toMatchObject({ looked: 2, missed: 1 });
  });
});
