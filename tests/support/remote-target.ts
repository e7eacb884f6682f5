import { AzureCliCredential } from '@azure/identity';
import { DataLakeServiceClient } from '@azure/storage-file-datalake';
import { DBSQLClient } from '@databricks/sql';
import { type Query, Target } from '../../bench/harness/target.ts';
import type { Operator } from '../../cli/operator.ts';
import { inSession } from '../../cli/query.ts';
import { type Environment, readEnvironment, requireWorkspace } from '../../environments/environment.ts';

const databricks = '2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default';

/** An environment that runs elsewhere: in Azure, or a Core Tools host beside a workspace. Asked as whoever is signed in. */
export class RemoteTarget extends Target {
  readonly operator: Operator;
  readonly #environment: Environment;
  readonly #credential = new AzureCliCredential();

  private constructor(environment: Environment, operator: Operator) {
    super();
    this.#environment = environment;
    this.operator = operator;
  }

  /** `audience` is that of the app's registration; an app without a guard in front needs none. */
  static async at(file: string, app: string, audience: string | undefined): Promise<RemoteTarget> {
    const target = new RemoteTarget(readEnvironment(file, process.env), { app });
    if (audience === undefined) return target;
    const { token } = await target.#credential.getToken(`${audience}/.default`);
    return new RemoteTarget(target.#environment, { app, headers: { authorization: `Bearer ${token}` } });
  }

  getLandingZone() {
    const { account, container } = this.#environment.landing;
    return new DataLakeServiceClient(account, this.#credential).getFileSystemClient(container);
  }

  async useWarehouse<QueryResult>(use: (ask: Query) => Promise<QueryResult>): Promise<QueryResult> {
    const { url, warehouseId } = requireWorkspace(this.#environment);
    const { catalog } = this.#environment.databricks;
    const client = new DBSQLClient();
    await client.connect({
      host: new URL(url).hostname,
      path: `/sql/1.0/warehouses/${warehouseId}`,
      authType: 'external-token',
      getToken: async () => (await this.#credential.getToken(databricks)).token,
      telemetryEnabled: false,
      preserveBigNumericPrecision: true,
    });
    return inSession(client, catalog, use);
  }

  async dismiss(): Promise<void> {
    // What it landed stays: the environment is not this test's.
  }
}
