import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import {
  type DataLakeFileSystemClient,
  DataLakeServiceClient,
  type Path,
  type PathGetPropertiesResponse,
  RestError,
} from '@azure/storage-file-datalake';
import type { Environment } from '../environments/environment.ts';
import { LakeError } from '../medallion/errors.ts';
import { type Page, UnknownPageTokenError } from '../medallion/page.ts';
import type { BlobProperties, Lake, ListedPlace } from '../medallion/ports/lake.ts';
import type { Credentials } from './credentials.ts';

/** Reads the landing zone and the jobs' records, and keeps the operator's own texts in the control container. */
export function createLake(environment: Environment, { lake: credential }: Credentials): Lake {
  const open = ({ account, container }: Environment['landing']) =>
    new DataLakeServiceClient(account, credential).getFileSystemClient(container);
  const landing = open(environment.landing);
  const control = open(environment.control);
  const records = open(environment.records);
  return {
    getProperties: (path) =>
      orUnavailable(`read the properties of '${path}'`, () =>
        orNothing(async () => findBlobProperties(path, await landing.getFileClient(path).getProperties())),
      ),
    listLandedFiles: (place) => orUnavailable('list the landing zone', () => listLandedFiles(landing, place)),
    readControl: (path) => orUnavailable(`read '${path}'`, () => readText(control, path)),
    commitControl: (path, text) => orUnavailable(`write '${path}'`, () => commit(control, path, Buffer.from(text))),
    commitPacked: (path, text) => orUnavailable(`write '${path}'`, async () => commit(control, path, await pack(text))),
    readPacked: (path) => orUnavailable(`read '${path}'`, () => readPacked(control, path)),
    listControl: (folder) => orUnavailable(`list '${folder}'`, () => listFiles(control, folder)),
    removeControl: (path) =>
      orUnavailable(`remove '${path}'`, async () => void (await orNothing(() => control.getFileClient(path).delete()))),
    readRecord: (path) => orUnavailable(`read '${path}'`, () => readText(records, path)),
    listRecords: (folder) => orUnavailable(`list '${folder}'`, () => listFiles(records, folder)),
  };
}

/**
 * While a copy is on its way, an empty blob lies there, and nothing of what is to come. It has another ETag and time when
 * it is done, so the sweep finds it then. What a copy leaves that failed or was aborted is taken as any other empty blob:
 * storage has nothing else on that path any more, and whoever looks for the file finds it with a reason.
 */
function findBlobProperties(path: string, properties: PathGetPropertiesResponse): BlobProperties | undefined {
  if (properties.copyStatus === 'pending') return undefined;
  return {
    path,
    etag: unquote(properties.etag),
    length: properties.contentLength ?? 0,
    lastModified: toWholeSeconds(properties.lastModified),
    isDirectory: properties.metadata?.['hdi_isfolder'] === 'true',
  };
}

/** The service gives no more at once. */
const maxPageSize = 5000;

async function listLandedFiles(
  landing: DataLakeFileSystemClient,
  { after, folder }: ListedPlace,
): Promise<Page<BlobProperties>> {
  const pages = landing
    .listPaths({ recursive: true, ...(folder === undefined ? {} : { path: folder }) })
    .byPage({ maxPageSize, ...(after === undefined ? {} : { continuationToken: after }) });
  try {
    const { continuation, pathItems = [] } = (await pages.next()).value ?? {};
    return { rows: pathItems.flatMap(toListedFile), ...(continuation ? { next: continuation } : {}) };
  } catch (error) {
    if (folder !== undefined && isStatus(error, 404)) return { rows: [] };
    if (after !== undefined && isStatus(error, 400)) throw new UnknownPageTokenError();
    throw error;
  }
}

const toListedFile = ({ contentLength, etag, isDirectory, lastModified, name }: Path): BlobProperties[] =>
  isDirectory || name === undefined
    ? []
    : [
        {
          path: name,
          etag: unquote(etag),
          length: contentLength ?? 0,
          lastModified: toWholeSeconds(lastModified),
          isDirectory: false,
        },
      ];

const isStatus = (error: unknown, status: number) => error instanceof RestError && error.statusCode === status;

/** Nothing, where nothing lies. */
async function orNothing<Result>(attempt: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

const readBytes = (container: DataLakeFileSystemClient, path: string) =>
  orNothing(() => container.getFileClient(path).readToBuffer());

const readText = async (container: DataLakeFileSystemClient, path: string) =>
  (await readBytes(container, path))?.toString('utf8');

const pack = promisify(gzip);
const unpack = promisify(gunzip);

async function readPacked(container: DataLakeFileSystemClient, path: string): Promise<string | undefined> {
  const bytes = await readBytes(container, path);
  return bytes && (await unpack(bytes)).toString('utf8');
}

async function listFiles(container: DataLakeFileSystemClient, folder: string): Promise<string[]> {
  const paths: string[] = [];
  try {
    for await (const { isDirectory, name } of container.listPaths({ path: folder })) {
      if (!isDirectory && name !== undefined) paths.push(name);
    }
  } catch (error) {
    if (isStatus(error, 404)) return [];
    throw error;
  }
  return paths.sort();
}

/** An upload is three requests and can be seen half done; a rename onto a free name is one. */
async function commit(control: DataLakeFileSystemClient, target: string, content: Buffer): Promise<void> {
  const aside = control.getFileClient(`tmp/${randomUUID()}`);
  await aside.upload(content);
  // A rename, unlike a write, does not make the folders on its way.
  await control.getDirectoryClient(path.posix.dirname(target)).createIfNotExists();
  try {
    await aside.move(target, { destinationConditions: { ifNoneMatch: '*' } });
  } catch (error) {
    if (!isStatus(error, 409) && !isStatus(error, 412)) throw error;
    await aside.deleteIfExists();
  }
}

async function orUnavailable<Result>(what: string, attempt: () => Promise<Result>): Promise<Result> {
  try {
    return await attempt();
  } catch (cause) {
    if (cause instanceof UnknownPageTokenError) throw cause;
    throw new LakeError(`The lake could not ${what}; it will be tried again. ${(cause as Error).message}`, { cause });
  }
}

const unquote = (etag: string | undefined) => (etag ?? '').replaceAll('"', '');

const toWholeSeconds = (time: Date | undefined) => `${(time ?? new Date(0)).toISOString().slice(0, 19)}Z`;
