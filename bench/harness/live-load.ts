/**
 * People exercising while their devices send: one file per second, each with the heart rates of one minute of their time.
 * The same second gives the same file, so that what came of a stream can be compared with what comes of one batch.
 */
export interface LandingFile {
  readonly path: string;
  readonly content: string;
}

const people = 20;
const readingsPerPerson = 50;
const began = Date.UTC(2026, 0, 5, 6) / 1000;
const sessionMinutes = 24;
const restMinutes = 8;
const round = sessionMinutes + restMinutes;

const user = (n: number) => `u${n}`;
const device = (n: number) => `d${n}`;
const address = (n: number) => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;
const message = (topic: string, key: string, value: object, at: number) =>
  JSON.stringify({ key, value: JSON.stringify(value), topic, partition: 0, offset: 0, timestamp: at });

/** Who the people are, and that they are in a gym all day. */
export function people20(): LandingFile[] {
  const all = Array.from({ length: people }, (_, n) => n);
  const registrations = all.map((n) => `${user(n)},${device(n)},${address(n)},${began - 86_400}`);
  const visits = all.map((n) => `${address(n)},${(n % 4) + 1},${began - 600},${began + 86_400 - 1200}`);
  const profiles = all.map((n) => message('user_info', user(n), profileOf(n), began - 3600));
  return [
    {
      path: 'registered_users/people.csv',
      content: lines(['user_id,device_id,mac_address,registration_timestamp', ...registrations]),
    },
    { path: 'gym_logins/people.csv', content: lines(['mac_address,gym,login,logout', ...visits]) },
    { path: 'kafka_multiplex/people.json', content: lines(profiles) },
  ];
}

const profileOf = (n: number) => ({
  user_id: user(n),
  update_type: 'new',
  timestamp: began - 3600,
  dob: `0${(n % 9) + 1}/15/${1960 + n}`,
  sex: n % 2 ? 'F' : 'M',
  gender: n % 2 ? 'F' : 'M',
  first_name: `First${n}`,
  last_name: `Last${n}`,
  address: { street_address: `${n} Elm`, city: `City ${n}`, state: 'CA', zip: 90_000 + n },
});

/** The file that lands in this second: 1,000 readings, and who has started or stopped in the minute that it tells of. */
export function secondOf(second: number): LandingFile {
  const minute = began + second * 60;
  const told: string[] = [];
  for (let n = 0; n < people; n++) {
    // Everybody begins at another minute, so that some session ends in most files.
    const turn = second - n * 2;
    const session = Math.floor(turn / round);
    if (turn >= 0 && turn % round === 0) told.push(press(n, session, 'start', minute));
    if (turn >= 0 && turn % round === sessionMinutes) told.push(press(n, session, 'stop', minute));
    // A device that lost its connection sends what it kept long after its minute.
    const from = isLate(second, n) ? minute - 40 * 60 : minute;
    for (let at = 0; at < readingsPerPerson; at++) told.push(reading(n, from + at * 1.2, second + at));
  }
  return { path: `kafka_multiplex/live-${String(second).padStart(4, '0')}.json`, content: lines(told) };
}

const isLate = (second: number, n: number) => second >= 50 && second % 10 === 0 && n === (second / 10) % people;

const press = (n: number, session: number, action: string, at: number) =>
  message(
    'workout',
    user(n),
    { user_id: user(n), workout_id: 'w', session_id: String(session), timestamp: at, action },
    at,
  );

const reading = (n: number, at: number, beat: number) =>
  message('bpm', device(n), { device_id: device(n), time: at + 0.5, heartrate: 60 + n + (beat % 60) }, Math.floor(at));

const lines = (each: readonly string[]) => `${each.join('\n')}\n`;
