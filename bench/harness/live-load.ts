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

const toUserId = (n: number) => `u${n}`;
const toDeviceId = (n: number) => `d${n}`;
const toMacAddress = (n: number) => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;
const toMessage = (topic: string, key: string, value: object, at: number) =>
  JSON.stringify({ key, value: JSON.stringify(value), topic, partition: 0, offset: 0, timestamp: at });

/** Who the people are, and that they are in a gym all day. */
export function createPeopleFiles(): LandingFile[] {
  const all = Array.from({ length: people }, (_, n) => n);
  const registrations = all.map((n) => `${toUserId(n)},${toDeviceId(n)},${toMacAddress(n)},${began - 86_400}`);
  const visits = all.map((n) => `${toMacAddress(n)},${(n % 4) + 1},${began - 600},${began + 86_400 - 1200}`);
  const profiles = all.map((n) => toMessage('user_info', toUserId(n), createProfile(n), began - 3600));
  return [
    {
      path: 'registered_users/people.csv',
      content: joinLines(['user_id,device_id,mac_address,registration_timestamp', ...registrations]),
    },
    { path: 'gym_logins/people.csv', content: joinLines(['mac_address,gym,login,logout', ...visits]) },
    { path: 'kafka_multiplex/people.json', content: joinLines(profiles) },
  ];
}

const createProfile = (n: number) => ({
  user_id: toUserId(n),
  update_type: 'new',
  timestamp: began - 3600,
  dob: `0${(n % 9) + 1}/15/${1960 + n}`,
  sex: n % 2 ? 'F' : 'M',
  gender: n % 2 ? 'F' : 'M',
  first_name: `First${n}`,
  last_name: `Last${n}`,
  address: { street_address: `${n} Elm`, city: `City ${n}`, state: 'CA', zip: 90_000 + n },
});

/** The file that lands in this second: 1,000 readings, and who has started or stopped in its minute. */
export function createSecondFile(second: number): LandingFile {
  const minute = began + second * 60;
  const messages: string[] = [];
  for (let n = 0; n < people; n++) {
    // Everybody begins at another minute, so that some session ends in most files.
    const turn = second - n * 2;
    const session = Math.floor(turn / round);
    if (turn >= 0 && turn % round === 0) messages.push(createPress(n, session, 'start', minute));
    if (turn >= 0 && turn % round === sessionMinutes) messages.push(createPress(n, session, 'stop', minute));
    // A device that lost its connection sends what it kept long after its minute.
    const from = isLate(second, n) ? minute - 40 * 60 : minute;
    for (let at = 0; at < readingsPerPerson; at++) messages.push(createReading(n, from + at * 1.2, second + at));
  }
  return { path: `kafka_multiplex/live-${String(second).padStart(4, '0')}.json`, content: joinLines(messages) };
}

const isLate = (second: number, n: number) => second >= 50 && second % 10 === 0 && n === (second / 10) % people;

const createPress = (n: number, session: number, action: string, at: number) =>
  toMessage(
    'workout',
    toUserId(n),
    { user_id: toUserId(n), workout_id: 'w', session_id: String(session), timestamp: at, action },
    at,
  );

const createReading = (n: number, at: number, beat: number) =>
  toMessage(
    'bpm',
    toDeviceId(n),
    { device_id: toDeviceId(n), time: at + 0.5, heartrate: 60 + n + (beat % 60) },
    Math.floor(at),
  );

const joinLines = (lines: readonly string[]) => `${lines.join('\n')}\n`;
