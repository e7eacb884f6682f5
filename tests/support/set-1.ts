import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './root.ts';

const reference = (...parts: string[]) => readFileSync(path.join(root, 'tests/data/reference', ...parts), 'utf8');

/** Rows of a CSV file as they were handed down, header first. */
const rowsOf = (csv: string) =>
  csv
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));

/** The corrected sessions of set 1: date, gym, MAC address, workout, session, minutes in gym, minutes exercising. */
export const correctedSessions = (): unknown[][] =>
  rowsOf(reference('gym_summary/sbit-original/corrected/gym_summary_set1.csv'))
    .slice(1)
    .map((row) => [...row.slice(0, 5), Number(row[5]), Number(row[6])]);

export const sessionsQuery = `SELECT CAST(date AS STRING) AS date, gym, mac_address, workout_id, session_id,
  minutes_in_gym, minutes_exercising FROM gold.gym_sessions ORDER BY date, CAST(gym AS INT), mac_address, session_id`;

/** Values of rows, in the order of their columns. */
export const valuesOf = (rows: readonly Record<string, unknown>[]): unknown[][] =>
  rows.map((row) => Object.values(row));

export const summaryQuery = 'SELECT *, CAST(date AS STRING) AS day FROM gold.workout_bpm_summary';

export const correctedSummary = {
  day: '2023-03-11',
  user_id: '12474',
  age: '75-85',
  sex: 'M',
  city: 'San Fernando',
  state: 'CA',
  min_bpm: 35.003105735835994,
  max_bpm: 94.98191173214704,
};
