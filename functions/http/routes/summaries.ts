import { z } from 'zod';
import type { Ports } from '../../../medallion/ports/index.ts';
import { toReleasedName } from '../../../medallion/releases/release.ts';
import { Problem } from '../problem.ts';
import { route } from '../route.ts';

const maxRows = 400;

const WorkoutSummary = z.object({
  date: z.string(),
  workout: z.string(),
  session: z.string(),
  min: z.number(),
  avg: z.number(),
  max: z.number(),
  readings: z.int(),
});

const GymSummary = z.object({
  date: z.string(),
  gym: z.string(),
  minutesInGym: z.number(),
  minutesExercising: z.number(),
  visitors: z.int(),
});

/** The newest sessions, without the people: nothing personal is selected. The operator may read the pinned views only. */
const workoutQuery = `SELECT CAST(date AS STRING) AS date, workout_id AS workout, session_id AS session,
  min_bpm AS min, avg_bpm AS avg, max_bpm AS max, num_recordings AS readings
FROM ${toReleasedName('gold.workout_bpm_summary')} ORDER BY date DESC, workout_id, session_id LIMIT ${maxRows}`;

/** A row is one visitor's day in one gym. */
const gymQuery = `SELECT CAST(date AS STRING) AS date, gym, sum(minutes_in_gym) AS minutesInGym,
  sum(minutes_exercising) AS minutesExercising, count(*) AS visitors
FROM ${toReleasedName('gold.gym_summary')} GROUP BY date, gym ORDER BY date DESC, gym LIMIT ${maxRows}`;

type Rows = Record<string, unknown>[];

/** What readers see changes with the release alone, so the warehouse is queried once for each. */
export function cachePerRelease(query: string, { max = 4 }: { readonly max?: number } = {}) {
  const cache = new Map<string, Rows>();
  return async ({ releases, sqlWarehouse }: Pick<Ports, 'releases' | 'sqlWarehouse'>): Promise<Rows | Problem> => {
    const current = await releases.getCurrent();
    if (!current) return [];
    const key = `${current.release} ${current.publishedAt}`;
    const cached = cache.get(key);
    if (cached) return cached;
    const result = await sqlWarehouse.query(query);
    if (result.kind === 'rejected') return new Problem('query_failed', `The summary cannot be read: ${result.reason}`);
    if (cache.size >= max) cache.clear();
    cache.set(key, result.rows);
    return result.rows;
  };
}

const readWorkouts = cachePerRelease(workoutQuery);
const readGyms = cachePerRelease(gymQuery);

const withNumbers = (row: Record<string, unknown>, ...names: string[]) => ({
  ...row,
  ...Object.fromEntries(names.map((name) => [name, Number(row[name] ?? 0)])),
});

export const workoutSummary = route({
  name: 'workoutSummary',
  path: 'api/summaries/workouts',
  role: 'reader',
  summary: 'The range of heart rates of each of the newest workouts, as readers see them.',
  answer: z.object({ workouts: z.array(WorkoutSummary) }),
  problems: ['query_failed'],
  handle: async ({ ports }) => {
    const rows = await readWorkouts(ports);
    if (rows instanceof Problem) return rows;
    return { workouts: rows.map((row) => WorkoutSummary.parse(withNumbers(row, 'min', 'avg', 'max', 'readings'))) };
  },
});

export const gymSummary = route({
  name: 'gymSummary',
  path: 'api/summaries/gyms',
  role: 'reader',
  summary: 'Minutes per gym and day, as readers see them.',
  answer: z.object({ gyms: z.array(GymSummary) }),
  problems: ['query_failed'],
  handle: async ({ ports }) => {
    const rows = await readGyms(ports);
    if (rows instanceof Problem) return rows;
    const numbers = ['minutesInGym', 'minutesExercising', 'visitors'];
    return { gyms: rows.map((row) => GymSummary.parse(withNumbers(row, ...numbers))) };
  },
});
