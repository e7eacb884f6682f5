import type TCLI from '@databricks/sql/thrift/TCLIService_types.js';
import { createFailure, createSuccess } from './responses.ts';
import { T } from './thrift.ts';

/** Calls about what there is. Each is refused with the statement that answers the same question. */
export const metadataCalls = {
  GetInfo: async (request: TCLI.TGetInfoReq) => getInfo(request.infoType),
  GetTypeInfo: async () => new T.TGetTypeInfoResp({ status: createRejection('SELECT') }),
  GetCatalogs: async () => new T.TGetCatalogsResp({ status: createRejection('SHOW CATALOGS') }),
  GetSchemas: async () => new T.TGetSchemasResp({ status: createRejection('SHOW SCHEMAS') }),
  GetTables: async () => new T.TGetTablesResp({ status: createRejection('SHOW TABLES') }),
  GetTableTypes: async () => new T.TGetTableTypesResp({ status: createRejection('SHOW TABLE EXTENDED') }),
  GetColumns: async () => new T.TGetColumnsResp({ status: createRejection('DESCRIBE TABLE') }),
  GetFunctions: async () => new T.TGetFunctionsResp({ status: createRejection('SHOW FUNCTIONS') }),
  GetPrimaryKeys: async () => new T.TGetPrimaryKeysResp({ status: createRejection('DESCRIBE TABLE') }),
  GetCrossReference: async () => new T.TGetCrossReferenceResp({ status: createRejection('DESCRIBE TABLE') }),
};

function createRejection(words: string): TCLI.TStatus {
  const message = `Metadata calls are not supported here. Run a '${words}' statement.`;
  return createFailure({ message, condition: null, sqlState: '0A000' });
}

function getInfo(kind: TCLI.TGetInfoType): TCLI.TGetInfoResp {
  const { CLI_SERVER_NAME, CLI_DBMS_NAME, CLI_DBMS_VER } = T.TGetInfoType;
  const values: Record<number, string> = {
    [CLI_SERVER_NAME]: 'Spark SQL',
    [CLI_DBMS_NAME]: 'Spark SQL',
    [CLI_DBMS_VER]: '4.1.4',
  };
  const stringValue = values[kind] ?? '';
  return new T.TGetInfoResp({
    status: createSuccess(),
    infoValue: new T.TGetInfoValue({ stringValue } as TCLI.TGetInfoValue),
  });
}
