import type TCLI from '@databricks/sql/thrift/TCLIService_types.js';
import { done, failed } from './responses.ts';
import { T } from './thrift.ts';

/** Calls about what there is. Each is refused with the statement that answers the same question. */
export const metadataCalls = {
  GetInfo: async (request: TCLI.TGetInfoReq) => getInfo(request.infoType),
  GetTypeInfo: async () => new T.TGetTypeInfoResp({ status: useSql('SELECT') }),
  GetCatalogs: async () => new T.TGetCatalogsResp({ status: useSql('SHOW CATALOGS') }),
  GetSchemas: async () => new T.TGetSchemasResp({ status: useSql('SHOW SCHEMAS') }),
  GetTables: async () => new T.TGetTablesResp({ status: useSql('SHOW TABLES') }),
  GetTableTypes: async () => new T.TGetTableTypesResp({ status: useSql('SHOW TABLE EXTENDED') }),
  GetColumns: async () => new T.TGetColumnsResp({ status: useSql('DESCRIBE TABLE') }),
  GetFunctions: async () => new T.TGetFunctionsResp({ status: useSql('SHOW FUNCTIONS') }),
  GetPrimaryKeys: async () => new T.TGetPrimaryKeysResp({ status: useSql('DESCRIBE TABLE') }),
  GetCrossReference: async () => new T.TGetCrossReferenceResp({ status: useSql('DESCRIBE TABLE') }),
};

function useSql(words: string): TCLI.TStatus {
  const message = `Metadata calls are not supported here. Run a '${words}' statement.`;
  return failed({ message, condition: null, sqlState: '0A000' });
}

function getInfo(kind: TCLI.TGetInfoType): TCLI.TGetInfoResp {
  const { CLI_SERVER_NAME, CLI_DBMS_NAME, CLI_DBMS_VER } = T.TGetInfoType;
  const known: Record<number, string> = {
    [CLI_SERVER_NAME]: 'Spark SQL',
    [CLI_DBMS_NAME]: 'Spark SQL',
    [CLI_DBMS_VER]: '4.1.4',
  };
  const stringValue = known[kind] ?? '';
  return new T.TGetInfoResp({ status: done(), infoValue: new T.TGetInfoValue({ stringValue } as TCLI.TGetInfoValue) });
}
