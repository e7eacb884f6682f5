import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type TCLI from '@databricks/sql/thrift/TCLIService_types.js';
import { openCertificate } from '../../emulators/databricks/certificate.ts';
import { closeServer, startHttpsServer } from '../../emulators/databricks/https-server.ts';
import { toIdentifier, toUuid } from '../../emulators/databricks/warehouse/handles.ts';
import { createFailure, createSuccess } from '../../emulators/databricks/warehouse/responses.ts';
import { type Calls, createProcessor, T } from '../../emulators/databricks/warehouse/thrift.ts';
import { FaultPlan } from '../../emulators/shared/fault-plan.ts';

/** It is not taken, the engine says no, it goes on until it is cancelled, or what stands in front answers with a status. */
type Planned =
  | { readonly do: 'refuse'; readonly message?: string }
  | { readonly do: 'break'; readonly message: string; readonly sqlState: string }
  | { readonly do: 'run' }
  | { readonly do: 'fail'; readonly status: number };

/** The status that goes out in place of an answer. */
interface Outgoing {
  status: number;
}

/** A warehouse as new as one of today, and without Spark: what it does with each statement is planned by a test. */
export class PlannedWarehouse {
  readonly home = mkdtempSync(path.join(tmpdir(), 'warehouse-'));
  readonly statements: TCLI.TExecuteStatementReq[] = [];
  /** Sessions by their ids, as they were opened and closed. */
  readonly opened: string[] = [];
  readonly closed: string[] = [];
  plan: (statement: string) => Planned | Promise<Planned> = () => ({ do: 'refuse' });
  certificateFile = '';
  url = '';
  readonly #cancelled = new Set<string>();
  /** What the engine says of the statements that it has ended. */
  readonly #broken = new Map<string, Extract<Planned, { do: 'break' }>>();
  #server: Awaited<ReturnType<typeof startHttpsServer>> | undefined;

  async start(): Promise<void> {
    const certificate = await openCertificate(this.home);
    this.certificateFile = certificate.file;
    this.#server = await startHttpsServer({
      port: 0,
      certificate,
      tokens: { 'token-of-ann': 'ann@example.com' },
      faults: new FaultPlan('databricks', undefined, console.error),
      handle: async ({ body }) => {
        const outgoing: Outgoing = { status: 200 };
        const answer = await createProcessor(this.#createCalls(outgoing))(body);
        const { status } = outgoing;
        if (status !== 200) return { status, type: 'application/json', body: Buffer.from('{}') };
        return { status, type: 'application/x-thrift', body: answer };
      },
      log: (line) => console.error(line),
    });
    this.url = `https://localhost:${this.#server.port}`;
  }

  async end(): Promise<void> {
    if (this.#server) await closeServer(this.#server.server);
    rmSync(this.home, { recursive: true });
  }

  /** Each call has its parameter, since the processor hands a callback to those that have none. */
  #createCalls(outgoing: Outgoing): Calls {
    return {
      OpenSession: async (_: TCLI.TOpenSessionReq) => this.#open(),
      CloseSession: async ({ sessionHandle }: TCLI.TCloseSessionReq) => {
        this.closed.push(toUuid(sessionHandle.sessionId));
        return new T.TCloseSessionResp({ status: createSuccess() });
      },
      ExecuteStatement: (request: TCLI.TExecuteStatementReq) => this.#execute(request, outgoing),
      GetOperationStatus: async ({ operationHandle }: TCLI.TGetOperationStatusReq) =>
        this.#getStatus(toUuid(operationHandle.operationId)),
      CloseOperation: async (_: TCLI.TCloseOperationReq) => new T.TCloseOperationResp({ status: createSuccess() }),
      CancelOperation: async ({ operationHandle }: TCLI.TCancelOperationReq) => {
        this.#cancelled.add(toUuid(operationHandle.operationId));
        return new T.TCancelOperationResp({ status: createSuccess() });
      },
    };
  }

  #getStatus(operation: string): TCLI.TGetOperationStatusResp {
    const { CANCELED_STATE, ERROR_STATE, RUNNING_STATE } = T.TOperationState;
    const broken = this.#broken.get(operation);
    const others = this.#cancelled.has(operation) ? CANCELED_STATE : RUNNING_STATE;
    return new T.TGetOperationStatusResp({
      status: createSuccess(),
      operationState: broken ? ERROR_STATE : others,
      ...(broken ? { errorMessage: broken.message, displayMessage: broken.message, sqlState: broken.sqlState } : {}),
    });
  }

  #open(): TCLI.TOpenSessionResp {
    const session = randomUUID();
    this.opened.push(session);
    return new T.TOpenSessionResp({
      status: createSuccess(),
      serverProtocolVersion: T.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V8,
      sessionHandle: new T.TSessionHandle({ sessionId: toIdentifier(session) } as TCLI.TSessionHandle),
    });
  }

  async #execute(request: TCLI.TExecuteStatementReq, outgoing: Outgoing): Promise<TCLI.TExecuteStatementResp> {
    this.statements.push(request);
    const planned = await this.plan(request.statement);
    if (planned.do === 'fail') outgoing.status = planned.status;
    if (planned.do === 'refuse') {
      const { message = 'As planted.' } = planned;
      const status = createFailure({ condition: 'PLANTED', message, sqlState: '42000' });
      return new T.TExecuteStatementResp({ status });
    }
    const id = randomUUID();
    if (planned.do === 'break') this.#broken.set(id, planned);
    const operationHandle = new T.TOperationHandle({
      operationId: toIdentifier(id),
      operationType: T.TOperationType.EXECUTE_STATEMENT,
      hasResultSet: true,
    });
    return new T.TExecuteStatementResp({ status: createSuccess(), operationHandle });
  }
}
