import { describe, expect, it } from 'vitest';
import { Problem } from '../../../functions/http/problem.ts';
import type { TableContract } from '../../../medallion/contracts/contract.ts';
import type { QueryResult } from '../../../medallion/ports/index.ts';
import { readQuarantinedLines } from '../../../operations/quarantine/read-lines.ts';
import { aFile } from '../../support/a-file.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createFakePorts, createTableContract } from '../../support/fake-ports.ts';

const column = (name: string, classification?: 'personal') => ({
  ...{ name, type: 'string', required: false, description: 'A column.' },
  ...(classification ? { classification } : {}),
});
const table: TableContract = {
  ...createTableContract('bronze.gym_logins'),
  columns: [column('mac_address', 'personal'), column('gym'), column('_line', 'personal'), column('_file')],
};
const file = aFile('gym_logins/a');

function worldWith(answer: QueryResult = { kind: 'rows', rows: [] }) {
  const asked: { statement: string; values: unknown }[] = [];
  const ask = async (statement: string, values?: unknown) => {
    asked.push({ statement, values });
    return answer;
  };
  const datasets = [aLanding('gym_logins', 'bronze.gym_logins')];
  return { asked, ports: { ...createFakePorts({ datasets, tables: [table] }), warehouse: { ask } } };
}
const look = { after: 7, isMasked: true, most: 10 };

describe('offendersOf', () => {
  it('does not even select what is personal while it is masked', async () => {
    const { asked, ports } = worldWith();
    await readQuarantinedLines(ports, file, look);
    expect(asked[0]?.statement).toContain("'***' AS mac_address, CAST(gym AS STRING) AS gym");
    expect(asked[0]?.statement).not.toMatch(/CAST\(mac_address|_line AS text/);
  });

  it('selects it, and the line as it came, when it is not', async () => {
    const { asked, ports } = worldWith();
    await readQuarantinedLines(ports, file, { ...look, isMasked: false });
    expect(asked[0]?.statement).toContain('CAST(mac_address AS STRING)');
    expect(asked[0]?.statement).toContain('_line AS text');
  });

  it('hands values over as parameters, never in the text', async () => {
    const { asked, ports } = worldWith();
    await readQuarantinedLines(ports, file, look);
    expect(asked[0]?.values).toEqual({ file: file.file, after: 7 });
    expect(asked[0]?.statement).not.toContain(file.file);
  });

  it('says why when the warehouse refuses', async () => {
    const { ports } = worldWith({ kind: 'rejected', reason: 'No such table.' });
    expect(await readQuarantinedLines(ports, file, look)).toBeInstanceOf(Problem);
  });

  it('finds nothing in a file of no dataset', async () => {
    expect(await readQuarantinedLines(worldWith().ports, aFile('stray.csv'), look)).toEqual([]);
  });
});
