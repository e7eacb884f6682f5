import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import type { LandingFile } from './harness/live-load.ts';

/** How many people there are, and about how many heart rates their devices have sent. */
export interface DatasetSize {
  readonly people: number;
  readonly readings: number;
  /** The number of the first person, so that several datasets can share a lakehouse. */
  readonly from?: number;
}

const newYear = Date.UTC(2024, 0, 1) / 1000;
const sessionsPerPerson = 2;
const sessionSeconds = 2500;
const readingsPerFile = 250_000;

const toMessage = (topic: string, key: number, value: object, at: number) =>
  JSON.stringify({ key: `${key}`, value: JSON.stringify(value), topic, partition: 0, offset: 0, timestamp: at });

const toMacAddress = (person: number) => `06:00:00:${person.toString(16).padStart(6, '0').match(/../g)?.join(':')}`;
const getStart = (person: number, session: number) => newYear + 86_400 * (1 + session * 7) + (person % 1000) * 60;

/** Writes files below a folder: the same size gives the same files. Returns their paths, the largest first. */
export async function writeDataset(folder: string, { people, readings, from = 1 }: DatasetSize): Promise<string[]> {
  const all = Array.from({ length: people }, (_, n) => from + n);
  const name = `${from}-${readings}`;
  const write = (file: string, lines: readonly string[]) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), `${lines.join('\n')}\n`);
    return file;
  };
  const registered = all.map((n) => `${n},${100_000 + n},${toMacAddress(n)},${newYear}`);
  const users = ['user_id,device_id,mac_address,registration_timestamp', ...registered];
  const visits = ['mac_address,gym,login,logout', ...all.flatMap(createVisits)];
  return [
    ...(await writeReadings(folder, name, all, readings)),
    write(`kafka_multiplex/people-${name}.json`, all.map(createProfile)),
    write(`kafka_multiplex/presses-${name}.json`, all.flatMap(createPresses)),
    write(`registered_users/people-${name}.csv`, users),
    write(`gym_logins/visits-${name}.csv`, visits),
  ];
}

async function writeReadings(folder: string, name: string, people: readonly number[], readings: number) {
  const readingsPerSession = Math.round(readings / people.length / sessionsPerPerson);
  const files: string[] = [];
  const peoplePerFile = Math.max(1, Math.floor(readingsPerFile / readingsPerSession / sessionsPerPerson));
  for (let at = 0; at < people.length; at += peoplePerFile) {
    const file = `kafka_multiplex/readings-${name}-${files.length}.json`;
    mkdirSync(path.join(folder, 'kafka_multiplex'), { recursive: true });
    const to = createWriteStream(path.join(folder, file));
    for (const person of people.slice(at, at + peoplePerFile)) to.write(createReadings(person, readingsPerSession));
    to.end();
    await finished(to);
    files.push(file);
  }
  return files;
}

/** Readings in their envelopes, over the time of the session and a little longer. */
function createReadings(person: number, readingsPerSession: number): string {
  const device = 100_000 + person;
  let text = '';
  for (let session = 0; session < sessionsPerPerson; session++) {
    const start = getStart(person, session);
    for (let n = 0; n < readingsPerSession; n++) {
      const at = Math.floor((start + (n * (sessionSeconds + 60)) / readingsPerSession) * 10) / 10 + 0.05;
      const beat = 60 + ((person * 7 + n * 13 + session) % 900) / 8;
      const value = `{\\"device_id\\": ${device}, \\"time\\": ${at.toFixed(2)}, \\"heartrate\\": ${beat}}`;
      text += `{"key":"${device}","value":"${value}","topic":"bpm","partition":0,"offset":${n},"timestamp":${Math.floor(at)}}\n`;
    }
  }
  return text;
}

const createProfile = (person: number) =>
  toMessage(
    'user_info',
    person,
    {
      user_id: person,
      update_type: 'new',
      timestamp: newYear,
      dob: `${String((person % 12) + 1).padStart(2, '0')}/15/${1935 + (person % 70)}`,
      sex: person % 2 ? 'F' : 'M',
      gender: person % 2 ? 'F' : 'M',
      first_name: `First${person}`,
      last_name: `Last${person}`,
      address: {
        street_address: `${person} Elm`,
        city: `City ${person % 50}`,
        state: 'CA',
        zip: 90_000 + (person % 99),
      },
    },
    newYear,
  );

const createPresses = (person: number) =>
  Array.from({ length: sessionsPerPerson }, (_, session) => {
    const press = (action: string, timestamp: number) =>
      toMessage(
        'workout',
        person,
        { user_id: person, workout_id: 1, session_id: session, timestamp, action },
        timestamp,
      );
    const start = getStart(person, session);
    return [press('start', start), press('stop', start + sessionSeconds)];
  }).flat();

const createVisits = (person: number) =>
  Array.from({ length: sessionsPerPerson }, (_, session) => {
    const start = getStart(person, session);
    return `${toMacAddress(person)},${(person % 9) + 1},${start - 300},${start + sessionSeconds + 300}`;
  });

/** A file of gym logins with some visits of a device of its own, one a day; the same number gives the same file. */
export function createLoginsFile(n: number, visits: number): LandingFile {
  const mac = `02:00:00:01:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`;
  const lines = Array.from({ length: visits }, (_, day) => {
    const login = newYear + day * 86_400;
    return `${mac},1,${login},${login + 3600}\n`;
  });
  return { path: `gym_logins/part-${n}.csv`, content: `mac_address,gym,login,logout\n${lines.join('')}` };
}
