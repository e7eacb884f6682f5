/** The files that senders land: who the people are, and what may be in a file. */
import { gzipSync } from 'node:zlib';
import { createSecondFile, type LandingFile } from '../harness/live-load.ts';
import { type DeletablePerson, deletablePeople } from './deletable-people.ts';

const people = 5;
const began = Date.UTC(2026, 0, 5, 6) / 1000;
const linesPerFile = 3;
const sessionSeconds = 3600;

const toMacAddress = (person: number) => `02:5e:00:00:00:0${person}`;
const getSessionStart = (person: number) => began + person * 100_000;
const joinLines = (lines: readonly string[]) => `${lines.join('\n')}\n`;

const createPress = (person: number, action: string, timestamp: number, session = '1') =>
  JSON.stringify({
    topic: 'workout',
    value: { user_id: `c${person}`, workout_id: 'w', session_id: session, timestamp, action },
  });

/** Each person has one workout, and every visit in the files of the senders holds it. So each visit is a row of gold. */
export function createBaseFiles(): LandingFile[] {
  const all = Array.from({ length: people }, (_, person) => person);
  const registrations = all.map((person) => `c${person},x${person},${toMacAddress(person)},${began - 86_400}`);
  const presses = all.flatMap((person) => [
    createPress(person, 'start', getSessionStart(person)),
    createPress(person, 'stop', getSessionStart(person) + sessionSeconds),
  ]);
  return [
    {
      path: 'registered_users/senders.csv',
      content: joinLines(['user_id,device_id,mac_address,registration_timestamp', ...registrations]),
    },
    { path: 'kafka_multiplex/senders.json', content: joinLines(presses) },
  ];
}

/** The gym of a content, by which readers can tell which contents they see. */
export const toGym = (n: number): string => `g${n}`;

const header = 'mac_address,gym,login,logout';

const createVisit = (n: number, line: number): string => {
  const start = getSessionStart(n % people);
  const login = start - 10 - n * linesPerFile - line;
  return `${toMacAddress(n % people)},${toGym(n)},${login},${start + sessionSeconds + 60}`;
};

const createVisits = (n: number): string[] => Array.from({ length: linesPerFile }, (_, line) => createVisit(n, line));

export const createLogins = (n: number): string => joinLines([header, ...createVisits(n)]);

export const createEmpty = (): string => '';
export const createHeaderOnly = (): string => `${header}\n`;
export const createWithoutHeader = (n: number): string => joinLines(createVisits(n));
export const createCut = (n: number): string => createLogins(n).slice(0, -30);
export const createMostlyBroken = (n: number): string =>
  joinLines([header, ...Array.from({ length: 12 }, (_, line) => `nobody,${toGym(n)},no${line}`)]);
export const createLatin1 = (n: number): Buffer =>
  Buffer.from(joinLines([header, ...createVisits(n), `${toMacAddress(0)},Café,1,2`]), 'latin1');
export const createLongLine = (n: number): string =>
  joinLines([header, ...createVisits(n), `${toMacAddress(0)},${'x'.repeat(1_200_000)},1,2`]);
export const createPacked = (n: number): Buffer => gzipSync(createLogins(n));
export const createCutPacked = (n: number): Buffer => createPacked(n).subarray(0, 40);

/** None in which somebody sends what is late: two files would tell of the same moment. */
const getSecond = (n: number) => n * 10 + 1;
const readers = 2;

/** The heart rates of one person, so that a file without those of a deleted one has none. */
export const createReadings = (n: number): string => {
  const ids = new RegExp(`"[ud]${n % readers}\\\\?"`);
  const lines = createSecondFile(getSecond(n)).content.split('\n');
  return joinLines(lines.filter((line) => ids.test(line)).slice(0, 40));
};
export const createGlued = (n: number): string => createReadings(n).replace('\n', '');
export const createCutArray = (n: number): string => `[${createReadings(n).trim().split('\n').join(',')}`;

/** The sender deletes one of those who may be. */
export const createDeletion = (n: number): string => {
  const user = deletablePeople[n % deletablePeople.length]?.user;
  const value = { user_id: user, update_type: 'delete', timestamp: began + n };
  return joinLines([JSON.stringify({ topic: 'user_info', value })]);
};

/** Somebody begins a workout and never ends it: no row of gold, but a file of the next day. */
export const nextDay: LandingFile = {
  path: 'kafka_multiplex/next-day.json',
  content: joinLines([createPress(0, 'start', began, '2')]),
};

/** Whether a content that has this gym has visits of a person. */
export const isVisitedBy = ({ user }: DeletablePerson, gym: string): boolean =>
  /^g\d+$/.test(gym) && user === `c${Number(gym.slice(1)) % people}`;
