/** What the service answers to a request that it does not take. */
export class TableError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** The service gives no more rows at once, and refuses whoever asks for more. */
export const maxPageSize = 1000;
const maxTextLength = 32_768;
const maxKeyLength = 512;
const maxColumns = 252;
/** The service counts two bytes a character, up to 1 MiB. */
const maxRowLength = 2 ** 19;
const maxActions = 100;
export const maxTransactionBytes = 4 * 2 ** 20;

export function checkPageSize(size: number): void {
  if (size < 1 || size > maxPageSize)
    throw new TableError(400, 'InvalidInput', `$top has to be 1 to ${maxPageSize}, not ${size}.`);
}

export function checkKey(key: string): void {
  if (key.length > maxKeyLength) throw new TableError(400, 'KeyValueTooLarge', `A key has ${key.length} characters.`);
  if (/[/\\#?\p{Cc}]/u.test(key))
    throw new TableError(400, 'OutOfRangeInput', `'${key}' has a character that no key may have.`);
}

/** `columns` are those of its writer, without keys and without what the service adds. */
export function checkColumns(columns: Readonly<Record<string, unknown>>): void {
  const entries = Object.entries(columns);
  if (entries.length > maxColumns)
    throw new TableError(400, 'TooManyProperties', `A row has ${entries.length} columns, more than ${maxColumns}.`);
  for (const [name, value] of entries) checkColumn(name, value);
  const { length } = JSON.stringify(columns);
  if (length > maxRowLength) throw new TableError(400, 'EntityTooLarge', `A row has ${length} characters.`);
}

function checkColumn(name: string, value: unknown): void {
  if (!/^[A-Za-z_]\w{0,254}$/.test(name))
    throw new TableError(400, 'PropertyNameInvalid', `'${name}' is no name of a column.`);
  if (typeof value === 'string' && value.length > maxTextLength)
    throw new TableError(400, 'PropertyValueTooLarge', `Column '${name}' has ${value.length} characters.`);
  if (typeof value === 'object' && value !== null)
    throw new TableError(400, 'InvalidInput', `Column '${name}' is no text, number or truth value.`);
}

export function checkTransactionSize(actions: number, bytes: number): void {
  if (actions < 1 || actions > maxActions)
    throw new TableError(400, 'InvalidInput', `A transaction has 1 to ${maxActions} actions, not ${actions}.`);
  if (bytes > maxTransactionBytes)
    throw new TableError(413, 'RequestBodyTooLarge', `A transaction has ${bytes} bytes.`);
}
