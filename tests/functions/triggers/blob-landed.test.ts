import { describe, expect, it } from 'vitest';
import { blobLanded } from '../../../functions/triggers/blob-landed.ts';
import { toFileId } from '../../../medallion/files/file.ts';
import type { BlobProperties, Lake, Registration, Registry } from '../../../medallion/ports/index.ts';

const properties: BlobProperties = {
  path: 'gym_logins/a',
  etag: '0x1',
  length: 5,
  lastModified: '2026-01-01T00:00:00Z',
  isDirectory: false,
};
const row = {
  ...properties,
  file: toFileId(properties),
  dataset: 'gym_logins',
  status: 'pending' as const,
  registeredAt: '2026-01-01T00:00:00Z',
};

async function land(ports: {
  properties: BlobProperties | undefined;
  registration: Registration;
  isFirst: boolean;
  container?: string;
}) {
  const logged: string[] = [];
  let wakeUps = 0;
  const lake = { getProperties: async () => ports.properties } as unknown as Lake;
  const registry = { register: async () => ports.registration, ring: async () => ports.isFirst } as unknown as Registry;
  const wake = async () => {
    wakeUps++;
  };
  const { container = 'landing' } = ports;
  const say = (line: string) => logged.push(line);
  let refused = 0;
  const zone = { landing: 'landing', wake, refused: () => void refused++ };
  await blobLanded({ lake, registry }, { container, path: properties.path }, zone, { info: say, warn: say });
  return { logged, wakeUps, refused };
}

describe('blobLanded', () => {
  it('registers what storage says, and rings', async () => {
    const { logged, wakeUps } = await land({ properties, registration: { kind: 'new', file: row }, isFirst: true });
    expect(logged).toEqual([`File 'gym_logins/a' is registered as '${row.file}', pending.`]);
    expect(wakeUps).toBe(1);
  });

  it('does not wake the pipeline again while the bell still rings', async () => {
    expect((await land({ properties, registration: { kind: 'new', file: row }, isFirst: false })).wakeUps).toBe(0);
  });

  it('leaves a known content alone', async () => {
    expect((await land({ properties, registration: { kind: 'known', file: row.file }, isFirst: true })).wakeUps).toBe(
      0,
    );
  });

  it('does not wake anybody for what it ignores', async () => {
    const ignored = { ...row, status: 'ignored' as const, reason: 'It is empty.' };
    const { logged, wakeUps } = await land({ properties, registration: { kind: 'new', file: ignored }, isFirst: true });
    expect(wakeUps).toBe(0);
    expect(logged[0]).toContain('It is empty.');
  });

  it('asks storage about nothing that an event of another container names', async () => {
    const known: Registration = { kind: 'new', file: row };
    const { refused, logged, wakeUps } = await land({
      properties,
      registration: known,
      isFirst: true,
      container: 'elsewhere',
    });
    expect([refused, wakeUps]).toEqual([1, 0]);
    expect(logged).toEqual(["Refused an event of the container 'elsewhere'."]);
  });

  it('takes it calmly that a file is gone', async () => {
    const { logged } = await land({
      properties: undefined,
      registration: { kind: 'known', file: row.file },
      isFirst: true,
    });
    expect(logged).toEqual(["File 'gym_logins/a' is gone before it could be registered."]);
  });
});
