/** The services that a deployment asks and changes. Each has one door: a request of its API, and the raw answer. */
export type Service = 'azure' | 'graph' | 'databricks' | 'account' | 'azure-devops' | 'github' | 'app';

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Request {
  readonly service: Service;
  readonly method: Method;
  /** For `databricks` and `app` below the host, which only Azure knows. */
  readonly path: string;
  readonly host?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without a token, as a stranger would send it. */
  readonly isAnonymous?: boolean;
}

/** Who is signed in. */
export interface Account {
  readonly subscription: string;
  readonly tenant: string;
  readonly user: string;
}

export interface CatalogPlan {
  readonly changes: readonly { readonly on: string; readonly what: string; readonly isDestructive: boolean }[];
  readonly unreadableViews: readonly string[];
}

/** The workspace and what Azure decided of it, as the programs below need to know it. */
export interface WorkspaceIds {
  readonly url: string;
  readonly resourceId: string;
  readonly warehouseId?: string;
}

export type BundleVariables = Readonly<Record<string, string>>;

export interface BundleAction {
  readonly resource: string;
  readonly action: string;
}

/** What does more than a call: compilers, the bundle, and the programs of the project itself. */
export interface Programs {
  /** The versions of what is installed, by program. */
  readVersions(): Promise<Readonly<Record<string, string | undefined>>>;
  compileTemplate(name: string): Promise<object>;
  planCatalog(workspace: WorkspaceIds): Promise<CatalogPlan>;
  applyCatalog(workspace: WorkspaceIds): Promise<void>;
  planBundle(workspace: WorkspaceIds, variables: BundleVariables): Promise<readonly BundleAction[]>;
  deployBundle(workspace: WorkspaceIds, variables: BundleVariables): Promise<void>;
  /** The wheel that is to be deployed, and what its list of files and hashes says. */
  readWheel(deployed?: string): Promise<{ readonly name: string; readonly record: string }>;
  deployCode(app: string, group: string): Promise<void>;
  holdApp(host: string, audience: string): Promise<void>;
  resumeApp(host: string, audience: string): Promise<void>;
  /** Sentences about what is wrong, none if all is well. */
  runSmokeTest(workspace: WorkspaceIds): Promise<readonly string[]>;
}

export interface Ports {
  readonly account: Account;
  send(request: Request): Promise<Answer>;
  readonly programs: Programs;
  wait(seconds: number): Promise<void>;
  now(): Date;
  log(line: string): void;
}
