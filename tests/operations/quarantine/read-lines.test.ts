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
    expect(queries[0]?.statement).toContain("'***' AS mac_address, CAST(gym AS STRING) AS gym");
    expect(queries[0]?.statement).not.toMatch(/CAST\(mac_address|_line AS text/);
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
    const row = { table_name: table.table, _line_number: 8n, violations: '["gym_missing"]', columns: '{"gym":"5"}' };
    const { ports } = createPorts({
      kind: 'rows',
      rows: [
        { ...row, text: null },
        { ...row, text: 'a,5' },
      ],
    });
    const line = { table: table.table, line: 8, violations: ['gym_missing'], columns: { gym: '5' } };
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
