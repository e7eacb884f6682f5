import { checkColumns, checkKey, checkPageSize, checkTransactionSize, maxPageSize } from './limits.ts';

/** The names of the operations as in the REST API. */
export type CallName =
  | 'QueryEntities'
  | 'GetEntity'
  | 'InsertEntity'
  | 'UpdateEntity'
  | 'MergeEntity'
  | 'DeleteEntity'
  | 'EntityGroupTransaction'
  | 'TableService';

export interface TableCall {
  readonly name: CallName;
  /** Missing where a call names none. */
  readonly table?: string;
}

const byMethod: Readonly<Record<string, CallName>> = {
  GET: 'GetEntity',
  PUT: 'UpdateEntity',
  MERGE: 'MergeEntity',
  PATCH: 'MergeEntity',
  DELETE: 'DeleteEntity',
};

/** Which operation a request asks for. Whatever is about tables as such is one call. */
export function parseCall(method: string, pathname: string): TableCall {
  const resource = decodeURIComponent(pathname.split('/').slice(2).join('/'));
  if (resource === '$batch') return { name: 'EntityGroupTransaction' };
  const [, table, keys] = /^([A-Za-z][A-Za-z0-9]{2,62})(\(.*\))?$/s.exec(resource) ?? [];
  if (table === undefined || table === 'Tables') return { name: 'TableService' };
  if (method === 'POST') return { name: 'InsertEntity', table };
  if (keys === undefined || keys === '()') return { name: 'QueryEntities', table };
  return { name: byMethod[method] ?? 'TableService', table };
}

/** Refuses what the service refuses and Azurite takes. */
export function checkCall({ name }: TableCall, query: URLSearchParams, body: Buffer): void {
  if (name === 'QueryEntities') checkPageSize(Number(query.get('$top') ?? maxPageSize));
  if (['InsertEntity', 'UpdateEntity', 'MergeEntity'].includes(name)) checkEntity(body.toString('utf8'));
  if (name === 'EntityGroupTransaction') checkTransaction(body);
}

function checkEntity(text: string): void {
  const entity = JSON.parse(text) as Record<string, unknown>;
  const { PartitionKey = '', RowKey = '', ...rest } = entity;
  for (const key of [PartitionKey, RowKey]) checkKey(String(key));
  // Annotations say of which type a column is.
  const columns = Object.entries(rest).filter(([column]) => !column.includes('@') && !column.startsWith('odata.'));
  checkColumns(Object.fromEntries(columns));
}

/** Its actions are requests inside of a request; an entity is one line of JSON. */
function checkTransaction(body: Buffer): void {
  const lines = body.toString('utf8').split('\r\n');
  const actions = lines.filter((line) => /^(POST|PUT|PATCH|MERGE|DELETE) \S+ HTTP\/1\.1$/.test(line));
  checkTransactionSize(actions.length, body.length);
  for (const line of lines) if (line.startsWith('{')) checkEntity(line);
}
