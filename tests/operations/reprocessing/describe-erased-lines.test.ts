import { describe, expect, it } from 'vitest';
import { toPlannedFile } from '../../../medallion/reprocessing/plan.ts';
import { describeErasedLines } from '../../../operations/reprocessing/describe-erased-lines.ts';
import { aFile } from '../../support/a-file.ts';
import { createFakePorts } from '../../support/fake-ports.ts';

const files = [aFile('gym_logins/a'), aFile('gym_logins/b'), aFile('bpm_export/c')].map(toPlannedFile);

describe('describeErasedLines', () => {
  it('counts the files with lines that lost their text, in the tables of their datasets', async () => {
    const rows = [{ _file: files[1]?.file }, { _file: 'another file' }];
    const ports = createFakePorts({ answer: () => ({ kind: 'rows', rows }) });
    expect(await describeErasedLines(ports, files)).toEqual([
      'Lines of deleted people are in 1 of 3 files. These lines stay blank: a replay brings nobody back.',
    ]);
    expect(ports.statements).toHaveLength(1);
    expect(ports.statements[0]).toContain('FROM landed.bpm_export WHERE _line IS NULL');
    expect(ports.statements[0]).toContain('FROM landed.gym_logins WHERE _line IS NULL');
  });

  it('looks for a few files by their ids, and for many in the whole tables', async () => {
    const ports = createFakePorts();
    await describeErasedLines(ports, files);
    const ids = files.map(({ file }) => `'${file}'`).join(', ');
    expect(ports.statements[0]?.split(`<> '_blank' AND _file IN (${ids})`)).toHaveLength(3);
    const many = Array.from({ length: 101 }, (_, index) => toPlannedFile(aFile(`gym_logins/${index}`)));
    await describeErasedLines(ports, many);
    expect(ports.statements[1]).not.toContain(' IN ');
  });

  it('says nothing where nobody was erased, and looks up nothing without files', async () => {
    const ports = createFakePorts();
    expect(await describeErasedLines(ports, [])).toEqual([]);
    expect(ports.statements).toEqual([]);
    expect(await describeErasedLines(ports, files)).toEqual([]);
  });

  it('says so when it cannot be looked up', async () => {
    const ports = createFakePorts({ answer: () => ({ kind: 'rejected', reason: 'No such table.' }) });
    expect(await describeErasedLines(ports, files)).toEqual([
      'Whether deleted people are in these files could not be looked up: No such table.',
    ]);
  });
});
