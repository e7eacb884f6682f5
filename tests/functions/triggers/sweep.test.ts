import { describe, expect, it } from 'vitest';
import { sweep } from '../../../functions/triggers/sweep.ts';
import { toFileId } from '../../../medallion/files/file.ts';
import type { BlobProperties, Lake, Registry } from '../../../medallion/ports/index.ts';
import { batch } from '../../support/samples.ts';
import { smallDesk } from '../../support/small-desk.ts';

const now = new Date('2026-01-01T01:00:00Z');
const properties = (name: string, lastModified: string): BlobProperties => ({
  path: `gym_logins/${name}`,
  etag: name,
  length: 5,
  lastModified,
  isDirectory: false,
});

async function swept(landed: BlobProperties[], known: string[], pending: number, desk = smallDesk()) {
  const registered: string[] = [];
  const logged: string[] = [];
  let wakeUps = 0;
  async function* list() {
    yield* landed;
  }
  const lake = { landed: list } as unknown as Lake;
  const registry = {
    countPending: async () => pending,
    register: async (each: BlobProperties) => {
      if (known.includes(each.path)) return { kind: 'known', file: toFileId(each) };
      registered.push(each.path);
      return { kind: 'new', file: { ...each, status: 'pending' } };
    },
  } as unknown as Registry;
  const wake = async () => {
    wakeUps++;
  };
  await sweep(
    { desk, lake, registry },
    wake,
    { info: () => undefined, warn: (line: string) => logged.push(line) },
    now,
  );
  return { registered, logged, wakeUps };
}

describe('sweep', () => {
  it('registers what no event has told of, and says how late', async () => {
    const landed = [properties('a', '2026-01-01T00:59:00Z'), properties('b', '2026-01-01T00:58:00Z')];
    const { registered, logged, wakeUps } = await swept(landed, ['gym_logins/a'], 1);
    expect(registered).toEqual(['gym_logins/b']);
    expect(logged).toEqual(['1 file was found that no event had told of; the oldest lay there for 120 s.']);
    expect(wakeUps).toBe(1);
  });

  it('leaves a file that may still be being written', async () => {
    expect((await swept([properties('a', '2026-01-01T00:59:59Z')], [], 0)).registered).toEqual([]);
  });

  it('looks at more files than it asks for at once', async () => {
    const many = Array.from({ length: 50 }, (_, at) => properties(`f${at}`, '2026-01-01T00:00:00Z'));
    expect((await swept(many, [], 0)).registered).toHaveLength(50);
  });

  it('wakes nobody when nothing waits', async () => {
    expect((await swept([], [], 0)).wakeUps).toBe(0);
  });

  it('wakes the pipeline for a plan that nobody told it of', async () => {
    const desk = smallDesk();
    await desk.execute({
      plan: `p-${batch}`,
      state: 'queued',
      actor: 'ann',
      reason: 'So.',
      at: '2026-01-01T00:00:00Z',
    });
    expect((await swept([], [], 0, desk)).wakeUps).toBe(1);
  });

  it('forgets requests whose keys nobody will send again', async () => {
    const desk = smallDesk();
    await desk.claim({ id: 'old', content: 'c', at: '2025-12-01T00:00:00Z' }, 60);
    await desk.claim({ id: 'new', content: 'c', at: '2026-01-01T00:00:00Z' }, 60);
    await swept([], [], 0, desk);
    expect([...desk.kept.requests.keys()]).toEqual(['new']);
  });
});
