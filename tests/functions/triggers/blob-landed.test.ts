import { describe, expect, it } from 'vitest';
import { blobLanded } from '../../../functions/triggers/blob-landed.ts';
import { fileIdOf } from '../../../medallion/files/file.ts';
import type { Facts, Lake, Registration, Registry } from '../../../medallion/ports/world.ts';

const facts: Facts = {
  path: 'gym_logins/a',
  etag: '0x1',
  length: 5,
  lastModified: '2026-01-01T00:00:00Z',
  isDirectory: false,
};
const row = {
  ...facts,
  file: fileIdOf(facts),
  dataset: 'gym_logins',
  fate: 'pending' as const,
  registeredAt: '2026-01-01T00:00:00Z',
};

async function land(world: {
  facts: Facts | undefined;
  registration: Registration;
  isFirst: boolean;
  container?: string;
}) {
  const said: string[] = [];
  let woken = 0;
  const lake = { factsOf: async () => world.facts } as unknown as Lake;
  const registry = { register: async () => world.registration, ring: async () => world.isFirst } as unknown as Registry;
  const wake = async () => {
    woken++;
  };
  const { container = 'landing' } = world;
  const say = (line: string) => said.push(line);
  let refused = 0;
  const zone = { landing: 'landing', wake, refused: () => void refused++ };
  await blobLanded({ lake, registry }, { container, path: facts.path }, zone, { info: say, warn: say });
  return { said, woken, refused };
}

describe('blobLanded', () => {
  it('registers what storage says, and rings', async () => {
    const { said, woken } = await land({ facts, registration: { kind: 'new', file: row }, isFirst: true });
    expect(said).toEqual([`File 'gym_logins/a' is registered as '${row.file}', pending.`]);
    expect(woken).toBe(1);
  });

  it('does not wake the pipeline again while the bell still rings', async () => {
    expect((await land({ facts, registration: { kind: 'new', file: row }, isFirst: false })).woken).toBe(0);
  });

  it('leaves a known content alone', async () => {
    expect((await land({ facts, registration: { kind: 'known', file: row.file }, isFirst: true })).woken).toBe(0);
  });

  it('does not wake anybody for what it ignores', async () => {
    const ignored = { ...row, fate: 'ignored' as const, because: 'It is empty.' };
    const { said, woken } = await land({ facts, registration: { kind: 'new', file: ignored }, isFirst: true });
    expect(woken).toBe(0);
    expect(said[0]).toContain('It is empty.');
  });

  it('asks storage about nothing that an event of another container names', async () => {
    const known: Registration = { kind: 'new', file: row };
    const { refused, said, woken } = await land({ facts, registration: known, isFirst: true, container: 'elsewhere' });
    expect([refused, woken]).toEqual([1, 0]);
    expect(said).toEqual(["Refused an event of the container 'elsewhere'."]);
  });

  it('takes it calmly that a file is gone', async () => {
    const { said } = await land({ facts: undefined, registration: { kind: 'known', file: row.file }, isFirst: true });
    expect(said).toEqual(["File 'gym_logins/a' is gone before it could be registered."]);
  });
});
