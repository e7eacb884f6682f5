import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Keys of the stand-ins: made here, kept here, worth nothing anywhere else. */
export interface Keys {
  readonly lake: { readonly account: string; readonly key: string };
  readonly stateTable: { readonly account: string; readonly key: string };
  /** The operator's own. */
  readonly databricksToken: string;
  /** Of whoever changes the catalog. */
  readonly deployerToken: string;
  /** Of people, by name. */
  readonly people: Readonly<Record<Person, string>>;
}

/** People of a local workspace: each sees what such a person sees. */
export const people = ['developer', 'analyst', 'privacy-officer'] as const;
export type Person = (typeof people)[number];

/** The token of a person, or of the operator itself. */
export const tokenOf = ({ databricksToken, people: known }: Keys, who: Person | 'operator'): string =>
  who === 'operator' ? databricksToken : known[who];

/** Where the parts of a running local cloud answer. The file exists while it runs. */
export interface Addresses {
  readonly pid: number;
  readonly app: string;
  readonly lake: string;
  readonly registry: string;
  readonly workspace: string;
  readonly certificateFile: string;
  readonly environmentFile: string;
}

export const filesOf = (home: string) => ({
  keys: path.join(home, 'keys.json'),
  blobsKey: path.join(home, 'blobs.key'),
  environment: path.join(home, 'environment.json'),
  addresses: path.join(home, 'running.json'),
  lake: path.join(home, 'lake'),
  landing: path.join(home, 'lake/landing'),
  control: path.join(home, 'lake/control'),
  registry: path.join(home, 'registry'),
  databricks: path.join(home, 'databricks'),
  host: path.join(home, 'host.sqlite'),
  logs: path.join(home, 'logs'),
});

/** Makes the home on the first start, and finds the same keys on every later one. */
export function openHome(home: string): Keys {
  const files = filesOf(home);
  for (const folder of [home, files.lake, files.registry, files.databricks, files.logs])
    mkdirSync(folder, { recursive: true });
  if (!existsSync(files.blobsKey)) writeWhole(files.blobsKey, randomBytes(24).toString('hex'));
  if (!existsSync(files.keys)) {
    const key = () => randomBytes(64).toString('base64');
    const token = () => randomBytes(24).toString('hex');
    const keys: Keys = {
      lake: { account: 'medallion', key: key() },
      stateTable: { account: 'medallion', key: key() },
      databricksToken: token(),
      deployerToken: token(),
      people: { developer: token(), analyst: token(), 'privacy-officer': token() },
    };
    writeWhole(files.keys, JSON.stringify(keys, null, 2));
  }
  return JSON.parse(readFileSync(files.keys, 'utf8')) as Keys;
}

/** Whole or not at all, and readable by nobody else. */
export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The addresses of the local cloud that runs in a home, or `undefined` if none does. */
export function runningIn(home: string): Addresses | undefined {
  const { addresses } = filesOf(home);
  if (!existsSync(addresses)) return undefined;
  const running = JSON.parse(readFileSync(addresses, 'utf8')) as Addresses;
  return isAlive(running.pid) ? running : undefined;
}

export const forgetRunning = (home: string) => rmSync(filesOf(home).addresses, { force: true });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
