import { z } from 'zod';
import type { World } from '../../../medallion/ports/world.ts';
import { releasedName } from '../../../medallion/releases/release.ts';
import { Problem } from '../problem.ts';
import { route } from '../route.ts';
import { currentRelease } from './releases.ts';

const mostRows = 400;

const Rates = z.object({
  date: z.string(),
  workout: z.string(),
  session: z.string(),
  least: z.number(),
  mean: z.number(),
  most: z.number(),
  readings: z.int(),
});

const Minutes = z.object({
  date: z.string(),
  gym: z.string(),
  inGym: z.number(),
  exercising: z.number(),
  visitors: z.int(),
});

/** The newest sessions, without the people: nothing personal is selected. The operator may read the pinned views only. */
const ratesQuery = `SELECT CAST(date AS STRING) AS date, workout_id AS workout, session_id AS session,
  min_bpm AS least, avg_bpm AS mean, max_bpm AS most, num_recordings AS readings
FROM ${releasedName('gold.workout_bpm_summary')} ORDER BY date DESC, workout_id, session_id LIMIT ${mostRows}`;

/** A row is one visitor's day in one gym. */
const minutesQuery = `SELECT CAST(date AS STRING) AS date, gym, sum(minutes_in_gym) AS inGym,
  sum(minutes_exercising) AS exercising, count(*) AS visitors
FROM ${releasedName('gold.gym_summary')} GROUP BY date, gym ORDER BY date DESC, gym LIMIT ${mostRows}`;

type Rows = Record<string, unknown>[];

/** What readers see changes with the release alone, so the warehouse is asked once for each. */
export function perRelease(query: string, { most = 4 }: { readonly most?: number } = {}) {
  const kept = new Map<string, Rows>();
  return async (world: World): Promise<Rows | Problem> => {
    const current = await currentRelease(world);
    if (!current) return [];
    const key = `${current.release} ${current.at}`;
    const known = kept.get(key);
    if (known) return known;
    const answer = await world.warehouse.ask(query);
    if (answer.kind === 'refused') return new Problem('conflict', `The summary cannot be read: ${answer.because}`);
    if (kept.size >= most) kept.clear();
    kept.set(key, answer.rows);
    return answer.rows;
  };
}

const rates = perRelease(ratesQuery);
const minutes = perRelease(minutesQuery);

const numbers = (row: Record<string, unknown>, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, Number(row[name] ?? 0)]));

export const workoutSummary = route({
  name: 'workoutSummary',
  path: 'api/summaries/workouts',
  role: 'reader',
  summary: 'The range of heart rates of each of the newest workouts, as readers see them.',
  answer: z.object({ workouts: z.array(Rates) }),
  problems: ['conflict'],
  perform: async ({ world }) => {
    const rows = await rates(world);
    if (rows instanceof Problem) return rows;
    const workouts = rows.map((row) => Rates.parse({ ...row, ...numbers(row, 'least', 'mean', 'most', 'readings') }));
    return { workouts };
  },
});

export const gymSummary = route({
  name: 'gymSummary',
  path: 'api/summaries/gyms',
  role: 'reader',
  summary: 'Minutes per gym and day, as readers see them.',
  answer: z.object({ gyms: z.array(Minutes) }),
  problems: ['conflict'],
  perform: async ({ world }) => {
    const rows = await minutes(world);
    if (rows instanceof Problem) return rows;
    return { gyms: rows.map((row) => Minutes.parse({ ...row, ...numbers(row, 'inGym', 'exercising', 'visitors') })) };
  },
});
