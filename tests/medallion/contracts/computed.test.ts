import { describe, expect, it } from 'vitest';
import { findComputedErrors, toComputed } from '../../../medallion/contracts/computed.ts';
import type { Computed } from '../../../medallion/contracts/computed-options.ts';
import { createTableContract } from '../../support/fake-ports.ts';

const toColumns = (...names: string[]) =>
  names.map((name) => ({ name, type: 'string', required: true, description: 'A column.' }));

const createTable = (table: string, columns: string[], computed?: Computed) => ({
  ...createTableContract(table),
  columns: toColumns(...columns),
  keys: columns.slice(0, 1),
  ...(computed ? { computed } : {}),
});

const users = createTable('silver.users', ['user_id', 'device_id'], {
  per: ['user_id'],
  from: [{ source: 'bronze.users', columns: { user_id: 'user_id' } }],
});
const sessions = createTable('silver.sessions', ['user_id', 'start_time', 'end_time'], users.computed);
const rates = createTable('silver.rates', ['device_id', 'time'], {
  per: ['device_id'],
  from: [{ source: 'bronze.users', columns: { device_id: 'device_id' } }],
});
const bronze = createTable('bronze.users', ['user_id', 'device_id']);

const findErrors = (from: Parameters<typeof toComputed>[0]['from'], more = {}) => {
  const summary = createTable('gold.summary', ['user_id'], toComputed({ from, ...more }, ['user_id']));
  return findComputedErrors({ landing: [], tables: [bronze, users, sessions, rates, summary] });
};

const direct = {
  'silver.users': { user_id: 'user_id' },
  'silver.sessions': { user_id: 'user_id' },
};

describe('how a table is computed', () => {
  it('is read into units, and sources that reach them', () => {
    const within = 'time > start_time AND time <= end_time of silver.sessions';
    expect(
      toComputed({ from: { ...direct, 'silver.rates': { via: 'silver.users on device_id', within } } }, ['user_id']),
    ).toEqual({
      per: ['user_id'],
      from: [
        { source: 'silver.users', columns: { user_id: 'user_id' } },
        { source: 'silver.sessions', columns: { user_id: 'user_id' } },
        {
          source: 'silver.rates',
          via: { source: 'silver.users', column: 'device_id' },
          within: { column: 'time', after: 'start_time', until: 'end_time', source: 'silver.sessions' },
        },
      ],
    });
    expect(findErrors({ ...direct, 'silver.rates': { via: 'silver.users on device_id', within } })).toEqual([]);
  });

  it('is missing in no contract above bronze', () => {
    const bare = createTable('silver.bare', ['a']);
    expect(findComputedErrors({ landing: [], tables: [bronze, bare] })).toEqual([
      "silver.bare: 'computed' is missing: nobody can say what the table is made of",
    ]);
  });

  it.for([
    [{ 'silver.nothing': { user_id: 'user_id' } }, {}, "no contract of the source 'silver.nothing'"],
    [{ 'bronze.users': { user_id: 'user_id' } }, {}, "'bronze.users' is no table of 'silver'"],
    [{ 'silver.users': { user_id: 'id' } }, {}, "'silver.users' has no column 'id'"],
    [{ 'silver.users': { device_id: 'device_id' } }, {}, "'device_id' of 'silver.users' is no column of the unit"],
    [direct, { per: ['id'] }, "'gold.summary' has no column 'id'"],
    [{ 'silver.rates': { via: 'silver.users on device_id' } }, {}, "goes by 'silver.users', which is no source"],
    [{ ...direct, 'silver.rates': { via: 'silver.users on time' } }, {}, "'silver.users' has no column 'time'"],
    [direct, { grows: { by: ['device'], keeps: 'greatest time' } }, "'grows' is by the primary key"],
    [{ ...direct, 'silver.rates': {} }, {}, "'silver.rates' reaches no unit"],
  ] as const)('names what is wrong: %j', ([from, more, error]) => {
    expect(findErrors(from as never, more).join('\n')).toContain(error);
  });

  it('leaves nothing to the order of arrival in a table that grows', () => {
    const grows = { by: ['device_id'], keeps: 'greatest time' };
    const computed = toComputed({ from: { 'bronze.users': { device_id: 'device_id' } }, grows }, ['device_id']);
    const findIn = (...columns: string[]) =>
      findComputedErrors({ landing: [], tables: [bronze, createTable('silver.grown', columns, computed)] });

    expect(findIn('device_id', 'time')).toEqual([]);
    expect(findIn('device_id', 'time', 'place')).toEqual([
      "silver.grown: computed: 'grows' leaves open which 'place' stays among equal values of 'time'",
    ]);
  });
});
