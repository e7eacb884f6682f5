import { randomUUID } from 'node:crypto';
import type TCLI from '@databricks/sql/thrift/TCLIService_types.js';
import type { Engine } from '../engine/engine.ts';
import type { EngineError } from '../engine/spark-calls.ts';
import { identifier, uuidOf } from './handles.ts';
import { metadataCalls } from './metadata.ts';
import { columnsOf, done, failed, nextRows, statusOf } from './responses.ts';
import { Statement } from './statement.ts';
import { type Calls, T } from './thrift.ts';

/** An open session of one principal, which lives as long as the Spark process that holds it. */
type Session = { principal: string; generation: number };

/** A new statement is held this long in the hope of an answer; its caller can cancel it only afterwards. */
const HOLD_NEW_MILLISECONDS = 1000;
/** A poll is held longer, since the driver would ask again ten times a second. */
const HOLD_POLL_MILLISECONDS = 5000;
const PATIENCE_SECONDS = 30;
const ROWS_PER_ANSWER = 100_000;
const INVALID = T.TStatusCode.INVALID_HANDLE_STATUS;

export class Warehouse {
  readonly #engine: Engine;
  readonly #sessions = new Map<string, Session>();
  readonly #statements = new Map<string, Statement>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The calls as one principal may make them. */
  callsOf(principal: string): Calls {
    return {
      OpenSession: (request: TCLI.TOpenSessionReq) => this.#open(request, principal),
      CloseSession: (request: TCLI.TCloseSessionReq) => this.#close(uuidOf(request.sessionHandle.sessionId)),
      ExecuteStatement: (request: TCLI.TExecuteStatementReq) => this.#execute(request, principal),
      GetOperationStatus: (request: TCLI.TGetOperationStatusReq) => this.#status(request),
      GetResultSetMetadata: (request: TCLI.TGetResultSetMetadataReq) => this.#metadata(request),
      FetchResults: (request: TCLI.TFetchResultsReq) => this.#fetch(request),
      CancelOperation: (request: TCLI.TCancelOperationReq) => this.#cancel(request),
      CloseOperation: async (request: TCLI.TCloseOperationReq) => {
        this.#statements.delete(uuidOf(request.operationHandle.operationId));
        return new T.TCloseOperationResp({ status: done() });
      },
      ...metadataCalls,
    };
  }

  async #open(request: TCLI.TOpenSessionReq, principal: string): Promise<TCLI.TOpenSessionResp> {
    const session = randomUUID();
    const { catalogName: catalog, schemaName: schema } = request.initialNamespace ?? {};
    const settings = settingsOf(request.configuration);
    const body = { session, catalog, schema, settings };
    const { head } = await this.#engine.call('/open', body, { seconds: PATIENCE_SECONDS });
    if (head.error) return new T.TOpenSessionResp({ status: failed(head.error), serverProtocolVersion: V8 });
    this.#sessions.set(session, { principal, generation: this.#engine.generation });
    return new T.TOpenSessionResp({
      status: done(),
      serverProtocolVersion: V8,
      sessionHandle: new T.TSessionHandle({ sessionId: identifier(session) } as TCLI.TSessionHandle),
      ...(request.initialNamespace === undefined ? {} : { initialNamespace: request.initialNamespace }),
    });
  }

  async #close(session: string): Promise<TCLI.TCloseSessionResp> {
    for (const statement of this.#statements.values()) {
      if (statement.session === session) this.#statements.delete(statement.id);
    }
    // A session that died with its Spark process needs no closing.
    if (this.#sessions.delete(session)) await this.#engine.callIfAlive('/close', { session }).catch(() => undefined);
    return new T.TCloseSessionResp({ status: done() });
  }

  async #execute(request: TCLI.TExecuteStatementReq, principal: string): Promise<TCLI.TExecuteStatementResp> {
    const id = uuidOf(request.sessionHandle.sessionId);
    const refused = this.#refuse(id, principal);
    if (refused) return new T.TExecuteStatementResp({ status: refused });
    const parameters = (request.parameters ?? []).map((parameter) => ({
      name: parameter.name,
      type: parameter.type,
      value: parameter.value?.stringValue ?? null,
    }));
    const statement = new Statement(id, (operation) => {
      const body = { session: id, operation, principal, sql: request.statement, parameters };
      return this.#engine.call('/run', body, { seconds: PATIENCE_SECONDS });
    });
    this.#statements.set(statement.id, statement);
    this.#limit(statement, Number(request.queryTimeout ?? 0));
    await statement.settle(HOLD_NEW_MILLISECONDS);
    return this.#answered(statement, Number(request.getDirectResults?.maxRows ?? ROWS_PER_ANSWER));
  }

  #answered(statement: Statement, limit: number): TCLI.TExecuteStatementResp {
    const operationHandle = new T.TOperationHandle({
      operationId: identifier(statement.id),
      operationType: T.TOperationType.EXECUTE_STATEMENT,
      hasResultSet: true,
    });
    const operationStatus = statusOf(statement);
    const { frame } = statement;
    if (frame === undefined) {
      return new T.TExecuteStatementResp({
        status: done(),
        operationHandle,
        directResults: new T.TSparkDirectResults({ operationStatus }),
      });
    }
    const directResults = new T.TSparkDirectResults({ operationStatus });
    if (frame.head.error === undefined) {
      operationHandle.hasResultSet = operationStatus.hasResultSet ?? false;
      directResults.resultSetMetadata = columnsOf(frame);
      directResults.resultSet = nextRows(statement, frame, limit);
    }
    // A failed statement stays open until its caller closes it: the driver asks once more before it says why.
    if (directResults.resultSet?.hasMoreRows === false) {
      directResults.closeOperation = new T.TCloseOperationResp({ status: done() });
      this.#statements.delete(statement.id);
    }
    return new T.TExecuteStatementResp({ status: done(), operationHandle, directResults });
  }

  #refuse(id: string, principal: string): TCLI.TStatus | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || session.principal !== principal) {
      return failed(unknown(`Session '${id}' is not open. Open a session first.`), INVALID);
    }
    if (session.generation === this.#engine.generation) return undefined;
    this.#sessions.delete(id);
    const lost = `Session '${id}' was lost when Spark ended. Open a new session and run the statement there.`;
    return failed({ message: lost, condition: null, sqlState: '08003' });
  }

  async #status(request: TCLI.TGetOperationStatusReq): Promise<TCLI.TGetOperationStatusResp> {
    const statement = this.#find(request.operationHandle);
    if (!(statement instanceof Statement)) return new T.TGetOperationStatusResp({ status: statement });
    await statement.settle(HOLD_POLL_MILLISECONDS);
    return statusOf(statement);
  }

  async #metadata(request: TCLI.TGetResultSetMetadataReq): Promise<TCLI.TGetResultSetMetadataResp> {
    const statement = this.#find(request.operationHandle);
    if (!(statement instanceof Statement)) return new T.TGetResultSetMetadataResp({ status: statement });
    await statement.finished;
    const { frame } = statement;
    if (frame === undefined || frame.head.error) return new T.TGetResultSetMetadataResp({ status: errorOf(statement) });
    return columnsOf(frame);
  }

  async #fetch(request: TCLI.TFetchResultsReq): Promise<TCLI.TFetchResultsResp> {
    const statement = this.#find(request.operationHandle);
    if (!(statement instanceof Statement)) return new T.TFetchResultsResp({ status: statement });
    await statement.finished;
    const { frame } = statement;
    if (frame === undefined || frame.head.error) return new T.TFetchResultsResp({ status: errorOf(statement) });
    return nextRows(statement, frame, Number(request.maxRows ?? ROWS_PER_ANSWER));
  }

  async #cancel(request: TCLI.TCancelOperationReq): Promise<TCLI.TCancelOperationResp> {
    const statement = this.#find(request.operationHandle);
    if (statement instanceof Statement) await this.#stop(statement, 'user');
    return new T.TCancelOperationResp({ status: done() });
  }

  #limit(statement: Statement, seconds: number): void {
    if (!(seconds > 0)) return;
    const timer = setTimeout(() => void this.#stop(statement, 'timeout'), seconds * 1000);
    void statement.finished.then(() => clearTimeout(timer));
  }

  async #stop(statement: Statement, why: 'user' | 'timeout'): Promise<void> {
    if (statement.frame !== undefined) return;
    statement.stopped = why;
    // If Spark is gone, the statement is already ending as lost.
    await this.#engine.callIfAlive('/cancel', { operation: statement.id }).catch(() => undefined);
  }

  #find(handle: TCLI.TOperationHandle): Statement | TCLI.TStatus {
    const id = uuidOf(handle.operationId);
    return this.#statements.get(id) ?? failed(unknown(`Statement '${id}' is not open. Run it again.`), INVALID);
  }
}

/** Parameters are only sent to a server that answers this version or a later one. */
const V8 = T.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8;

function unknown(message: string): EngineError {
  return { message, condition: 'INVALID_HANDLE', sqlState: 'HY000' };
}

function errorOf(statement: Statement): TCLI.TStatus {
  return failed(statement.frame?.head.error ?? unknown(`Statement '${statement.id}' has no result.`));
}

/** Only Spark's own settings; what the driver adds for a workspace has no meaning here. */
function settingsOf(configuration: Record<string, string> | undefined): Record<string, string> {
  const pairs = Object.entries(configuration ?? {});
  return Object.fromEntries(pairs.filter(([key]) => key.startsWith('spark.sql.') && key !== 'spark.sql.thriftserver'));
}
