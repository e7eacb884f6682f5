import { DBSQLClient, LogLevel } from '@databricks/sql';
import { isStorageClosed } from '../environments/deployment.ts';
import { type Environment, requireWorkspace } from '../environments/environment.ts';
import { WarehouseError } from '../medallion/errors.ts';
import type { QueryResult, SqlWarehouse } from '../medallion/ports/sql-warehouse.ts';
import { hideValues } from '../medallion/texts.ts';
import type { Credentials } from './credentials.ts';

type Session = Awaited<ReturnType<DBSQLClient['openSession']>>;
type Operation = Awaited<ReturnType<Session['executeStatement']>>;

/** The driver tells of each step; a log has room for what went wrong. */
const errorsOnly = {
  log: (level: LogLevel, message: string) => {
    if (level === LogLevel.error) console.error(message);
  },
};

/** Answers that speak of the connection, not of the statement: a lost session, a stopped or busy engine. */
const ofTheConnection = (state: string, message: string) =>
  /^(08|57|58)/.test(state) || /invalid session/i.test(message);

/**
 * Asks the SQL warehouse through its own driver, over one session that is opened again when it is lost. A statement that
 * takes longer than `maxSeconds` is cancelled and rejected. A warehouse ignores the driver's `queryTimeout`: only its own
 * setting ends a statement there, also when this process is gone.
 */
export function createSqlWarehouse(
  environment: Environment,
  { databricksToken }: Pick<Credentials, 'databricksToken'>,
  maxSeconds = 600,
): SqlWarehouse & { close(): Promise<void> } {
  // Large results would come from the workspace's own storage, which the app does not reach where it is closed.
  const useCloudFetch = !isStorageClosed(environment.deployment);
  let opening: Promise<Opened> | undefined;

  /** Closes the session that failed. Whoever fails late on it leaves its successor alone. */
  async function forget(failed = opening) {
    if (failed !== opening) return;
    opening = undefined;
    await failed?.then(({ client }) => client.close()).catch(() => undefined);
  }

  async function query(
    statement: string,
    values: Readonly<Record<string, string | number>> = {},
    ownMaxSeconds = maxSeconds,
  ): Promise<QueryResult> {
    const seconds = Math.min(ownMaxSeconds, maxSeconds);
    opening ??= openSession(environment, databricksToken, maxSeconds);
    const used = opening;
    try {
      const { session } = await used;
      const operation = await session.executeStatement(statement, { namedParameters: { ...values }, useCloudFetch });
      return { kind: 'rows', rows: await fetchInTime(operation, seconds) };
    } catch (error) {
      if (isTimeout(error)) return { kind: 'rejected', reason: `It took longer than ${seconds} s.`, isTimeout: true };
      const reason = findRejection(error);
      if (reason) return { kind: 'rejected', reason };
      await forget(used);
      throw new WarehouseError(
        `The SQL warehouse did not answer; it will be tried again. ${hideValues((error as Error).message)}`,
        { cause: error },
      );
    }
  }

  return { query, close: () => forget() };
}

interface Opened {
  readonly client: DBSQLClient;
  readonly session: Session;
}

async function openSession(
  environment: Environment,
  getToken: Credentials['databricksToken'],
  maxSeconds: number,
): Promise<Opened> {
  const { url, warehouseId } = requireWorkspace(environment);
  const { hostname, port } = new URL(url);
  const client = new DBSQLClient({ logger: errorsOnly });
  await client.connect({
    host: hostname,
    port: Number(port || 443),
    path: `/sql/1.0/warehouses/${warehouseId}`,
    authType: 'external-token',
    getToken,
    telemetryEnabled: false,
  });
  const configuration = { STATEMENT_TIMEOUT: String(maxSeconds) };
  const initialCatalog = environment.databricks.catalog;
  return { client, session: await client.openSession({ initialCatalog, configuration }) };
}

/** A statement may be repeated in its error, and a reason goes into logs and records. */
const maxReasonLength = 2000;

/** All rows of a statement. It is cancelled when they take too long, by our own clock. */
async function fetchInTime(operation: Operation, maxSeconds: number): Promise<Record<string, unknown>[]> {
  const cancel = () => operation.cancel().catch((error) => console.error('A slow statement goes on.', error));
  const timer = setTimeout(cancel, maxSeconds * 1000);
  try {
    const rows = (await operation.fetchAll()) as Record<string, unknown>[];
    await operation.close();
    return rows;
  } finally {
    clearTimeout(timer);
  }
}

/** A statement that was too slow is so again. Nobody else cancels the statements of this session. */
const isTimeout = (error: unknown) =>
  ['TIMEOUT', 'CANCELED'].includes((error as { errorCode?: string }).errorCode ?? '');

/** The engine's own words, if it was the engine that said no. An HTTP status is of the service in front of it. */
function findRejection(error: unknown): string | undefined {
  const {
    message = '',
    response,
    statusCode,
  } = error as {
    message?: string;
    response?: { sqlState?: string; status?: { sqlState?: string } };
    statusCode?: number;
  };
  const state = response?.sqlState ?? response?.status?.sqlState;
  if (!response || statusCode !== undefined || ofTheConnection(state ?? '', message)) return undefined;
  // Behind a semicolon the engine draws its whole plan, which tells a reader of a verdict nothing.
  const text = message.split(';\n')[0] ?? message;
  return hideValues(state && !text.includes(`SQLSTATE: ${state}`) ? `${text} (SQLSTATE ${state})` : text).slice(
    0,
    maxReasonLength,
  );
}
