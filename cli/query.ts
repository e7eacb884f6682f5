import { readFileSync } from 'node:fs';
import { DBSQLClient, LogLevel } from '@databricks/sql';
import { type Addresses, getHomeFiles, getToken, type Keys, type Person } from './stack/home.ts';

/** The driver tells of each step on stdout, where only rows belong. */
const errorsOnly = {
  log: (level: LogLevel, message: string) => {
    if (level === LogLevel.error) console.error(message);
  },
};

export interface Result {
  readonly columns: string[];
  readonly rows: Record<string, unknown>[];
}

/** Asks the local warehouse as any client would: through the driver, over TLS, with a token. */
export async function withWarehouse<QueryResult>(
  home: string,
  { certificateFile, workspace }: Pick<Addresses, 'certificateFile' | 'workspace'>,
  use: (ask: (statement: string) => Promise<Result>) => Promise<QueryResult>,
  as: Person | 'operator' = 'developer',
): Promise<QueryResult> {
  const keys = JSON.parse(readFileSync(getHomeFiles(home).keys, 'utf8')) as Keys;
  const client = new DBSQLClient({ logger: errorsOnly });
  await client.connect({
    host: 'localhost',
    port: Number(new URL(workspace).port),
    path: '/sql/1.0/warehouses/local',
    token: getToken(keys, as),
    customCaCert: readFileSync(certificateFile, 'utf8'),
    telemetryEnabled: false,
    preserveBigNumericPrecision: true,
  });
  return inSession(client, 'spark_catalog', use);
}

/** Lends a session of a connected client, and closes the client after it. */
export async function inSession<QueryResult>(
  client: DBSQLClient,
  initialCatalog: string,
  use: (ask: (statement: string) => Promise<Result>) => Promise<QueryResult>,
): Promise<QueryResult> {
  try {
    const session = await client.openSession({ initialCatalog });
    return await use(async (statement) => {
      const operation = await session.executeStatement(statement);
      const rows = (await operation.fetchAll()) as Record<string, unknown>[];
      const schema = await operation.getSchema();
      await operation.close();
      return { columns: schema?.columns.map(({ columnName }) => columnName) ?? [], rows };
    });
  } finally {
    await client.close();
  }
}
