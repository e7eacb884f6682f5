import { expect, test } from 'vitest';
import {
  ColumnOptions,
  LandingOptions,
  TableOptions,
  TimeFormat,
  Tolerance,
} from '../../../medallion/contracts/contract.ts';

test('a column may be found under one name or several', () => {
  expect(ColumnOptions.parse({ source: 'timestamp' }).source).toEqual(['timestamp']);
  expect(ColumnOptions.parse({ source: ['timestamp', 'time'] }).source).toEqual(['timestamp', 'time']);
});

test('times without a zone must say which zone they mean', () => {
  expect(TimeFormat.safeParse({ format: 'epoch-seconds' }).success).toBe(true);
  expect(TimeFormat.safeParse({ format: 'yyyy-MM-dd HH:mm:ss', zone: '+08:00' }).success).toBe(true);
  expect(TimeFormat.safeParse({ format: 'yyyy-MM-dd HH:mm:ss' }).success).toBe(false);
  expect(TimeFormat.safeParse({ format: 'yyyy-MM-dd HH:mm:ss', zone: 'CST' }).success).toBe(false);
});

test('a landing contract without a route leads nowhere and is refused', () => {
  const landing = { format: 'csv', times: { format: 'epoch-seconds' }, routes: [] };

  expect(LandingOptions.safeParse(landing).success).toBe(false);
});

test.each([';', '|', '\t'])('values of a CSV file may be separated by %j', (delimiter) => {
  const routes = [{ record: 'orders' }];
  const landing = { format: 'csv', delimiter, times: { format: 'epoch-seconds' }, routes };

  expect(LandingOptions.parse(landing).delimiter).toBe(delimiter);
  expect(LandingOptions.safeParse({ ...landing, format: 'json-lines' }).success).toBe(false);
});

test.each(['', ';;', '"', '\\', 'a', ' ', '\n'])('values of a CSV file cannot be separated by %j', (delimiter) => {
  const routes = [{ record: 'orders' }];
  const landing = { format: 'csv', delimiter, times: { format: 'epoch-seconds' }, routes };

  expect(LandingOptions.safeParse(landing).success).toBe(false);
});

test('a landing contract may list the names of its files, and how large they may be', () => {
  const landing = { format: 'csv', times: { format: 'epoch-seconds' }, routes: [{ record: 'orders' }] };
  const said = { names: ['*.csv'], limits: { fileBytes: 1 } };

  expect(LandingOptions.parse({ ...landing, ...said })).toMatchObject(said);
  for (const wrong of [{ names: [] }, { names: ['a/*.csv'] }, { limits: { fileBytes: 0 } }, { limits: { lines: 1 } }])
    expect(LandingOptions.safeParse({ ...landing, ...wrong }).success).toBe(false);
});

test('a table is clustered by at most four columns, as Delta allows', () => {
  expect(TableOptions.safeParse({ changeFeed: true, clusteredBy: ['a', 'b', 'c', 'd', 'e'] }).success).toBe(false);
});

test('a table has no deletion vectors unless its contract asks for them', () => {
  expect(TableOptions.parse({ changeFeed: true })).toEqual({
    clusteredBy: [],
    changeFeed: true,
    deletionVectors: false,
  });
});

test('a tolerance above all rows is refused', () => {
  expect(Tolerance.safeParse({ kind: 'percent', percent: 101 }).success).toBe(false);
});
