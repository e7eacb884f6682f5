import { randomUUID } from 'node:crypto';
import type TCLI from '@databricks/sql/thrift/TCLIService_types.js';
import type { FaultPlan } from '../../shared/fault-plan.ts';
import type { Engine } from '../engine/engine.ts';
import { applyStatementFaults } from './faults.ts';
import { toIdentifier, toUuid } from './handles.ts';
import { QueryHistory } from './history.ts';
import { metadataCalls } from './metadata.ts';
import {
  createFailure,
  createHandleError,
  createStatementFailure,
  createSuccess,
  takeRows,
  toColumns,
  toOperationStatus,
} from './responses.ts';
import { selectSettings, selectTimeout } from './settings.ts';
import { Statement } from './statement.ts';
import { type Calls, T } from './thrift.ts';

/** An open session of one principal, which lives as long as the Spark process that holds it. */
type Session = { principal: string; generation: number; timeoutSeconds: number };

/** A new statement is held this long in the hope of an answer; its caller can cancel it only afterwards. */
const holdNewMilliseconds = 1000;
/** A poll is held longer, since the driver would ask again ten times a second. */
const holdPollMilliseconds = 5000;
const patienceSeconds = 30;
const rowsPerResponse = 100_000;
const invalidHandle = T.TStatusCode.INVALID_HANDLE_STATUS;

export class Warehouse {
  readonly history = new QueryHistory();
  readonly #engine: Engine;
  readonly #faults: FaultPlan;
  readonly #sessions = new Map<string, Session>();
  readonly #statements = new Map<string, Statement>();

  constructor(engine: Engine, faults: FaultPlan) {
    this.#engine = engine;
    this.#faults = faults;
  }

  /** The calls as one principal may make them. */
  createCalls(principal: string): Calls {
    return {
      OpenSession: (request: TCLI.TOpenSessionReq) => this.#open(request, principal),
      CloseSession: (request: TCLI.TCloseSessionReq) => this.#close(toUuid(request.sessionHandle.sessionId)),
      ExecuteStatement: (request: TCLI.TExecuteStatementReq) => this.#execute(request, principal),
      GetOperationStatus: (request: TCLI.TGetOperationStatusReq) => this.#status(request),
      GetResultSetMetadata: (request: TCLI.TGetResultSetMetadataReq) => this.#metadata(request),
      FetchResults: (request: TCLI.TFetchResultsReq) => this.#fetch(request),
      CancelOperation: (request: TCLI.TCancelOperationReq) => this.#cancel(request),
      CloseOperation: async (request: TCLI.TCloseOperationReq) => {
        this.#statements.delete(toUuid(request.operationHandle.operationId));
        return new T.TCloseOperationResp({ status: createSuccess() });
      },
      ...metadataCalls,
    };
  }

  async #open(request: TCLI.TOpenSessionReq, principal: string): Promise<TCLI.TOpenSessionResp> {
    const session = randomUUID();
    const { catalogName: catalog, schemaName: schema } = request.initialNamespace ?? {};
    const settings = selectSettings(request.configuration);
    const body = { session, catalog, schema, settings };
    const { head } = await this.#engine.call('/open', body, { seconds: patienceSeconds });
    if (head.error) return new T.TOpenSessionResp({ status: createFailure(head.error), serverProtocolVersion: V8 });
    const timeoutSeconds = selectTimeout(request.configuration);
    this.#sessions.set(session, { principal, generation: this.#engine.generation, timeoutSeconds });
    return new T.TOpenSessionResp({
      status: createSuccess(),
      serverProtocolVersion: V8,
      sessionHandle: new T.TSessionHandle({ sessionId: toIdentifier(session) } as TCLI.TSessionHandle),
      ...(request.initialNamespace === undefined ? {} : { initialNamespace: request.initialNamespace }),
    });
  }

  async #close(session: string): Promise<TCLI.TCloseSessionResp> {
    for (const statement of this.#statements.values()) {
      if (statement.session === session) this.#statements.delete(statement.id);
    }
    // A session that died with its Spark process needs no closing.
    if (this.#sessions.delete(session)) await this.#engine.callIfAlive('/close', { session }).catch(() => undefined);
    return new T.TCloseSessionResp({ status: createSuccess() });
  }

  async #execute(request: TCLI.TExecuteStatementReq, principal: string): Promise<TCLI.TExecuteStatementResp> {
    const id = toUuid(request.sessionHandle.sessionId);
    const problem = this.#findProblem(id, principal);
    if (problem) return new T.TExecuteStatementResp({ status: problem });
    const parameters = (request.parameters ?? []).map((parameter) => ({
      name: parameter.name,
      type: parameter.type,
      value: parameter.value?.stringValue ?? null,
    }));
    const due = this.#faults.next('statement', request.statement);
    const statement = new Statement(id, async (operation) => {
      const refusal = await applyStatementFaults(due);
      if (refusal !== undefined) return refusal;
      const body = { session: id, operation, principal, sql: request.statement, parameters };
      return this.#engine.call('/run', body, { seconds: patienceSeconds });
    });
    this.#statements.set(statement.id, statement);
    this.history.record(statement, request.statement, principal);
    // A warehouse takes the session's setting, and ignores the 'queryTimeout' of a request.
    this.#limit(statement, this.#sessions.get(id)?.timeoutSeconds ?? 0);
    await statement.settle(holdNewMilliseconds);
    return this.#createResponse(statement, Number(request.getDirectResults?.maxRows ?? rowsPerResponse));
  }

  #createResponse(statement: Statement, limit: number): TCLI.TExecuteStatementResp {
    const operationHandle = new T.TOperationHandle({
      operationId: toIdentifier(statement.id),
      operationType: T.TOperationType.EXECUTE_STATEMENT,
      hasResultSet: true,
    });
    const operationStatus = toOperationStatus(statement);
    const { frame } = statement;
    if (frame === undefined) {
      return new T.TExecuteStatementResp({
        status: createSuccess(),
        operationHandle,
        directResults: new T.TSparkDirectResults({ operationStatus }),
      });
    }
    const directResults = new T.TSparkDirectResults({ operationStatus });
    if (frame.head.error === undefined) {
      operationHandle.hasResultSet = operationStatus.hasResultSet ?? false;
      directResults.resultSetMetadata = toColumns(frame);
      directResults.resultSet = takeRows(statement, frame, limit);
    }
    // A failed statement stays open until its caller closes it: the driver asks once more before it says why.
    if (directResults.resultSet?.hasMoreRows === false) {
      directResults.closeOperation = new T.TCloseOperationResp({ status: createSuccess() });
      this.#statements.delete(statement.id);
    }
    return new T.TExecuteStatementResp({ status: createSuccess(), operationHandle, directResults });
  }

  #findProblem(id: string, principal: string): TCLI.TStatus | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || session.principal !== principal) {
      return createFailure(createHandleError(`Session '${id}' is not open. Open a session first.`), invalidHandle);
    }
    if (session.generation === this.#engine.generation) return undefined;
    this.#sessions.delete(id);
    const lost = `Session '${id}' was lost when Spark ended. Open a new session and run the statement there.`;
    return createFailure({ message: lost, condition: null, sqlState: '08003' });
  }

  async #status(request: TCLI.TGetOperationStatusReq): Promise<TCLI.TGetOperationStatusResp> {
    const statement = this.#find(request.operationHandle);
    if (!(statement instanceof Statement)) return new T.TGetOperationStatusResp({ status: statement });
    await statement.settle(holdPollMilliseconds);
    return toOperationStatus(statement);
  }

  async #metadata(request: TCLI.TGetResultSetMetadataReq): Promise<TCLI.TGetResultSetMetadataResp> {
    const statement = this.#find(request.operationHandle);
    if (!(statement instanceof Statement)) return new T.TGetResultSetMetadataResp({ status: statement });
    await statement.finished;
    const { frame } = statement;
    if (frame === undefined || frame.head.error)
      return new T.TGetResultSetMetadataResp({ status: createStatementFailure(statement) });
    return toColumns(frame);
  }

  async #fetch(request: TCLI.TFetchResultsReq): Promise<TCLI.TFetchResultsResp> {
    const statement = this.#find(request.operationHandle);
    if (!(statement instanceof Statement)) return new T.TFetchResultsResp({ status: statement });
    await statement.finished;
    const { frame } = statement;
    if (frame === undefined || frame.head.error)
      return new T.TFetchResultsResp({ status: createStatementFailure(statement) });
    return takeRows(statement, frame, Number(request.maxRows ?? rowsPerResponse));
  }

  async #cancel(request: TCLI.TCancelOperationReq): Promise<TCLI.TCancelOperationResp> {
    const statement = this.#find(request.operationHandle);
    if (statement instanceof Statement) await this.#stop(statement, 'user');
    return new T.TCancelOperationResp({ status: createSuccess() });
  }

  #limit(statement: Statement, seconds: number): void {
    if (!(seconds > 0)) return;
    const timer = setTimeout(() => void this.#stop(statement, 'timeout'), seconds * 1000);
    void statement.finished.then(() => clearTimeout(timer));
  }

  async #stop(statement: Statement, reason: 'user' | 'timeout'): Promise<void> {
    if (statement.frame !== undefined) return;
    statement.stopped = reason;
    // If Spark is gone, the statement is already ending as lost.
    await this.#engine.callIfAlive('/cancel', { operation: statement.id }).catch(() => undefined);
  }

  #find(handle: TCLI.TOperationHandle): Statement | TCLI.TStatus {
    const id = toUuid(handle.operationId);
    return (
      this.#statements.get(id) ??
      createFailure(createHandleError(`Statement '${id}' is not open. Run it again.`), invalidHandle)
    );
  }
}

/** Parameters are only sent to a server that answers this version or a later one. */
const V8 = T.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8;
