import { describe, expect, it } from 'vitest';
import type { TableContract } from '../../../medallion/contracts/contract.ts';
import type { QueryResult } from '../../../medallion/ports/sql-warehouse.ts';
import { readQuarantinedLines } from '../../../operations/quarantine/read-lines.ts';
import { aFile } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const createColumn = (name: string, classification?: 'personal') => ({
  name,
  type: 'string',
  required: false,
  description: 'A column.',
  ...(classification ? { classification } : {}),
});
const table: TableContract = {
  ...createTableContract('bronze.gym_logins'),
  columns: [
    createColumn('mac_address', 'personal'),
    createColumn('gym'),
    createColumn('_line', 'personal'),
    createColumn('_file'),
  ],
};
const file = aFile('gym_logins/a');
const range = { after: 7, isMasked: true, max: 10 };

function createPorts(
  result: QueryResult = { kind: 'rows', rows: [] },
  datasets = [aLanding('gym_logins', 'gym_logins')],
) {
  const queries: { statement: string; values: unknown }[] = [];
  const query = async (statement: string, values?: unknown) => {
    queries.push({ statement, values });
    return result;
  };
  return { queries, ports: { ...createFakePorts({ datasets, tables: [table] }), sqlWarehouse: { query } } };
}

describe('readQuarantinedLines', () => {
  it('does not even select what is personal while it is masked', async () => {
    const { ports, queries } = createPorts();
    await readQuarantinedLines(ports, file, range);
    expect(queries[0]?.statement).toContain("'***' AS mac_address, CASE WHEN");
    expect(queries[0]?.statement).not.toMatch(/CAST\(mac_address|_line AS text/);
  });

  it('shows only the shape of a text while it is masked, unless the line breaks nothing but harmless rules', async () => {
    const { ports, queries } = createPorts();
    const createRule = (name: string, predicate: string) => ({ name, predicate, reason: 'Wrong.' });
    const rowRules = [
      createRule('line_has_wrong_columns', '_broken'),
      createRule('mac_address_is_malformed', "NOT mac_address RLIKE 'x'"),
      createRule('gym_missing', 'gym IS NULL'),
    ];
    await readQuarantinedLines({ ...ports, tables: [{ ...table, rowRules }] }, file, range);
    expect(queries[0]?.statement).toContain(
      "CASE WHEN size(array_except(_violations, CAST(array('gym_missing') AS ARRAY<STRING>))) = 0 THEN CAST(gym AS STRING) ELSE regexp_replace(",
    );
  });

  it('shows numbers and times of any line: a name cannot be read as one', async () => {
    const { ports, queries } = createPorts();
    const columns = [
      { ...createColumn('login'), type: 'timestamp' },
      { ...createColumn('bpm'), type: 'int' },
    ];
    await readQuarantinedLines({ ...ports, tables: [{ ...table, columns }] }, file, range);
    expect(queries[0]?.statement).toContain('struct(CAST(login AS STRING) AS login, CAST(bpm AS STRING) AS bpm)');
  });

  it('selects it, and the line as it came, when it is not', async () => {
    const { ports, queries } = createPorts();
    await readQuarantinedLines(ports, file, { ...range, isMasked: false });
    expect(queries[0]?.statement).toContain('CAST(mac_address AS STRING)');
    expect(queries[0]?.statement).toContain('_line AS text');
  });

  it('hands values over as parameters, never in the text', async () => {
    const { ports, queries } = createPorts();
    await readQuarantinedLines(ports, file, range);
    expect(queries[0]?.values).toEqual({ file: file.file, after: 7 });
    expect(queries[0]?.statement).not.toContain(file.file);
  });

  it('gives each line with its number, the rules that it breaks, and its columns', async () => {
    const row = {
      table_name: table.table,
      _line_number: 8n,
      violations: '["gym_missing"]',
      columns: '{"gym":"5"}',
      length: 3,
    };
    const { ports } = createPorts({
      kind: 'rows',
      rows: [
        { ...row, text: null },
        { ...row, text: 'a,5' },
      ],
    });
    const line = { table: table.table, line: 8, violations: ['gym_missing'], columns: { gym: '5' }, length: 3 };
    expect(await readQuarantinedLines(ports, file, range)).toEqual([line, { ...line, text: 'a,5' }]);
  });

  it('looks in the table for lines of no topic too', async () => {
    const dataset = { ...aLanding('gym_logins', 'gym_logins'), envelope: 'kafka' as const };
    const { ports, queries } = createPorts({ kind: 'rows', rows: [] }, [dataset]);
    await readQuarantinedLines({ ...ports, tables: [table, createTableContract('bronze.unrouted')] }, file, range);
    expect(queries[0]?.statement).toContain('FROM bronze.unrouted');
  });

  it('says why when the warehouse rejects the query', async () => {
    const { ports } = createPorts({ kind: 'rejected', reason: 'No such table.' });
    expect(await readQuarantinedLines(ports, file, range)).toEqual({
      kind: 'rejected',
      code: 'query_failed',
      reason: 'The lines cannot be read: No such table.',
    });
  });

  it('finds nothing in a file of no dataset', async () => {
    const { ports, queries } = createPorts();
    expect(await readQuarantinedLines(ports, aFile('stray.csv'), range)).toEqual([]);
    expect(queries).toEqual([]);
  });
});
