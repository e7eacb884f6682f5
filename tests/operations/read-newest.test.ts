import { describe, expect, it } from 'vitest';
import { readNewest } from '../../operations/read-newest.ts';
import { createFakePorts } from '../support/fake-ports.ts';

const read = (texts: Record<string, string>) => readNewest(createFakePorts({ texts }), 'reports/a');

describe('readNewest', () => {
  it('is the content of the last name, and nothing in an empty folder', async () => {
    expect(await read({ 'reports/a/00000009-b.json': '9', 'reports/a/00000010-a.json': '10' })).toBe(10);
    expect(await read({ 'reports/ab/00000001-a.json': '1' })).toBeUndefined();
  });

  it('passes over a file that is not whole yet', async () => {
    expect(await read({ 'reports/a/00000001-a.json': '1', 'reports/a/00000002-a.json': '{"tables":[' })).toBe(1);
    expect(await read({ 'reports/a/00000001-a.json': '' })).toBeUndefined();
  });
});
