import type TCLI from '@databricks/sql/thrift/TCLIService_types.js';
import type { EngineError, Frame } from '../engine/spark-calls.ts';
import type { Statement } from './statement.ts';
import { Int64, T } from './thrift.ts';

const types: Record<string, TCLI.TTypeId> = {
  boolean: T.TTypeId.BOOLEAN_TYPE,
  tinyint: T.TTypeId.TINYINT_TYPE,
  smallint: T.TTypeId.SMALLINT_TYPE,
  int: T.TTypeId.INT_TYPE,
  bigint: T.TTypeId.BIGINT_TYPE,
  float: T.TTypeId.FLOAT_TYPE,
  double: T.TTypeId.DOUBLE_TYPE,
  timestamp: T.TTypeId.TIMESTAMP_TYPE,
  timestamp_ntz: T.TTypeId.TIMESTAMP_TYPE,
  binary: T.TTypeId.BINARY_TYPE,
  array: T.TTypeId.ARRAY_TYPE,
  map: T.TTypeId.MAP_TYPE,
  struct: T.TTypeId.STRUCT_TYPE,
  decimal: T.TTypeId.DECIMAL_TYPE,
  date: T.TTypeId.DATE_TYPE,
};

export const createSuccess = () => new T.TStatus({ statusCode: T.TStatusCode.SUCCESS_STATUS });

export function createFailure(error: EngineError, statusCode = T.TStatusCode.ERROR_STATUS): TCLI.TStatus {
  // The driver shows `displayMessage`; `errorMessage` is what other clients of this protocol read.
  const texts = { errorMessage: error.message, displayMessage: error.message, sqlState: error.sqlState };
  return new T.TStatus({ statusCode, ...texts });
}

export function toColumns({ head, bytes }: Frame): TCLI.TGetResultSetMetadataResp {
  const { columns, schema } = head as unknown as { columns: { name: string; type: string }[]; schema: number };
  return new T.TGetResultSetMetadataResp({
    status: createSuccess(),
    resultFormat: T.TSparkRowSetType.ARROW_BASED_SET,
    lz4Compressed: false,
    arrowSchema: bytes.subarray(0, schema),
    schema: new T.TTableSchema({
      columns: columns.map(({ name, type }, n) => {
        const primitive = new T.TPrimitiveTypeEntry({
          type: types[type.split(/[(<]/)[0] ?? ''] ?? T.TTypeId.STRING_TYPE,
        });
        const typeDesc = new T.TTypeDesc({
          types: [new T.TTypeEntry({ primitiveEntry: primitive } as TCLI.TTypeEntry)],
        });
        return new T.TColumnDesc({ columnName: name, position: n + 1, typeDesc });
      }),
    }),
  });
}

/** The next rows of a result: whole Arrow batches, at least one, until the caller's limit is reached. */
export function takeRows(statement: Statement, frame: Frame, limit: number): TCLI.TFetchResultsResp {
  const { schema, batches } = frame.head as unknown as { schema: number; batches: [number, number][] };
  const arrowBatches: TCLI.TSparkArrowBatch[] = [];
  let at = schema + batches.slice(0, statement.fetched).reduce((sum, [length]) => sum + length, 0);
  let rows = 0;
  while (statement.fetched < batches.length && (rows === 0 || rows < limit)) {
    const [length, count] = batches[statement.fetched] ?? [0, 0];
    const batch = frame.bytes.subarray(at, at + length);
    arrowBatches.push(new T.TSparkArrowBatch({ batch, rowCount: new Int64(count) as never }));
    at += length;
    rows += count;
    statement.fetched += 1;
  }
  return new T.TFetchResultsResp({
    status: createSuccess(),
    hasMoreRows: statement.fetched < batches.length,
    results: new T.TRowSet({ startRowOffset: new Int64(0) as never, rows: [], arrowBatches }),
  });
}

export function toOperationStatus(statement: Statement): TCLI.TGetOperationStatusResp {
  const { frame } = statement;
  if (frame === undefined) return createOperationStatus(T.TOperationState.RUNNING_STATE, {});
  const error = frame.head.error;
  if (error === undefined) {
    const { columns } = frame.head as unknown as { columns: unknown[] };
    return createOperationStatus(T.TOperationState.FINISHED_STATE, { hasResultSet: columns.length > 0 });
  }
  const { CANCELED_STATE, ERROR_STATE, TIMEDOUT_STATE } = T.TOperationState;
  const state = { user: CANCELED_STATE, timeout: TIMEDOUT_STATE, none: ERROR_STATE }[statement.stopped];
  const { sqlState, message } = error;
  return createOperationStatus(state, { sqlState, errorMessage: message, displayMessage: message });
}

function createOperationStatus(
  operationState: TCLI.TOperationState,
  rest: Partial<TCLI.TGetOperationStatusResp>,
): TCLI.TGetOperationStatusResp {
  return new T.TGetOperationStatusResp({ status: createSuccess(), operationState, ...rest });
}

export function createHandleError(message: string): EngineError {
  return { message, condition: 'INVALID_HANDLE', sqlState: 'HY000' };
}

export function createStatementFailure(statement: Statement): TCLI.TStatus {
  return createFailure(statement.frame?.head.error ?? createHandleError(`Statement '${statement.id}' has no result.`));
}
