import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from '../support/root.ts';

const program = `
import glob, json, sys
from datacontract.data_contract import DataContract
found = {}
for file in sorted(glob.glob(sys.argv[1] + "/*/*.yaml")):
    run = DataContract(data_contract_file=file).lint()
    found[file[len(sys.argv[1]) + 1:]] = [check.reason for check in run.checks if check.result.value != "passed"]
print(json.dumps(found))
`;

/** What the standard's own tool says against each contract, by its JSON schema. */
async function lint(folder: string): Promise<Record<string, string[]>> {
  const python = path.join(process.env['MEDALLION_CHECKERS'] ?? '', 'bin/python');
  const { stdout } = await promisify(execFile)(python, ['-c', program, folder]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Record<string, string[]>;
}

it('every contract is valid by the standard that it names', async () => {
  const found = await lint(path.join(root, 'projects/fitness'));

  expect(Object.keys(found).length).toBeGreaterThan(20);
  expect(Object.entries(found).filter(([, reasons]) => reasons.length > 0)).toEqual([]);
});
