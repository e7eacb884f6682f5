import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../user-error.ts';

/** Rises whenever the files of a home change their form. Nothing is migrated: a home holds sample files, and is cheap to make. */
const format = 2;

/** Keys of the emulators: made here, kept here, worth nothing anywhere else. */
export interface Keys {
  readonly format: number;
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
export const getToken = (keys: Keys, person: Person | 'operator'): string =>
  person === 'operator' ? keys.databricksToken : keys.people[person];

/** Where the parts of a running local stack answer. The file exists while it runs. */
export interface Addresses {
  readonly pid: number;
  readonly app: string;
  readonly lake: string;
  readonly registry: string;
  readonly workspace: string;
  readonly certificateFile: string;
  readonly environmentFile: string;
}

/** Each emulator keeps its state in the folder of its own name. */
export const getHomeFiles = (home: string) => ({
  keys: path.join(home, 'keys.json'),
  blobsKey: path.join(home, 'blobs.key'),
  hostKey: path.join(home, 'host.key'),
  environment: path.join(home, 'environment.json'),
  addresses: path.join(home, 'running.json'),
  adls: path.join(home, 'adls'),
  landing: path.join(home, 'adls/landing'),
  control: path.join(home, 'adls/control'),
  records: path.join(home, 'adls/records'),
  tableStorage: path.join(home, 'table-storage'),
  databricks: path.join(home, 'databricks'),
  store: path.join(home, 'functions-host/store.sqlite'),
  logs: path.join(home, 'logs'),
});

/** Makes the home on the first start, and finds the same keys on every later one. */
export function openHome(home: string): Keys {
  const files = getHomeFiles(home);
  mkdirSync(home, { recursive: true });
  if (!existsSync(files.keys)) writeWhole(files.keys, JSON.stringify(createKeys(), null, 2));
  const keys = readKeys(home);
  for (const folder of [files.adls, files.tableStorage, files.databricks, files.logs])
    mkdirSync(folder, { recursive: true });
  for (const file of [files.blobsKey, files.hostKey])
    if (!existsSync(file)) writeWhole(file, randomBytes(24).toString('hex'));
  return keys;
}

/** The keys of a home that a start has made. */
export function readKeys(home: string): Keys {
  const keys = JSON.parse(readFileSync(getHomeFiles(home).keys, 'utf8')) as Keys;
  if (keys.format === format) return keys;
  throw new UserError(
    `The home '${home}' was made by another version of this project. Delete it, or name another home with --home.`,
  );
}

function createKeys(): Keys {
  const createKey = () => randomBytes(64).toString('base64');
  const createToken = () => randomBytes(24).toString('hex');
  return {
    format,
    lake: { account: 'medallion', key: createKey() },
    stateTable: { account: 'medallion', key: createKey() },
    databricksToken: createToken(),
    deployerToken: createToken(),
    people: { developer: createToken(), analyst: createToken(), 'privacy-officer': createToken() },
  };
}

/** Whole or not at all, and readable by nobody else. */
export function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The addresses of the local stack that runs in a home, or `undefined` if none does. */
export function findRunning(home: string): Addresses | undefined {
  const { addresses } = getHomeFiles(home);
  if (!existsSync(addresses)) return undefined;
  const running = JSON.parse(readFileSync(addresses, 'utf8')) as Addresses;
  return isAlive(running.pid) ? running : undefined;
}

export const forgetRunning = (home: string) => rmSync(getHomeFiles(home).addresses, { force: true });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
