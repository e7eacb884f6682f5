import type { Target } from '../../bench/harness/target.ts';

/** One person with a device, a visit and a workout, on whom cases build. */
export const device = '02:00:5e:00:09:00';
export const logins = (...lines: string[]) => ['mac_address,gym,login,logout', ...lines, ''].join('\n');
export const visit = (gym: string, login: number) => logins(`${device},${gym},${login},${login + 5000}`);

export const toLines = (...messages: { topic: string; value: object }[]) =>
  messages.map((message) => `${JSON.stringify(message)}\n`).join('');

/** Start, stop and one reading of a workout of the person. */
export const workout = (id: string, start: number, heartrate: number) =>
  toLines(createPress(id, start, 'start'), createPress(id, start + 3600, 'stop'), {
    topic: 'bpm',
    value: { device_id: 'd900', time: start + 100, heartrate },
  });

const createPress = (id: string, timestamp: number, action: string) => ({
  topic: 'workout',
  value: { user_id: 'u900', workout_id: id, session_id: '1', timestamp, action },
});

/** What a person's profile says; `delete` names nothing but the person. */
export const profile = (user: string, updateType: 'new' | 'delete', timestamp: number) =>
  toLines({
    topic: 'user_info',
    value: {
      user_id: user,
      update_type: updateType,
      timestamp,
      ...(updateType === 'new' ? { dob: '02/03/1990', address: { city: 'Fresno', state: 'CA' } } : {}),
    },
  });

const registration = (user: string, address: string) =>
  `user_id,device_id,mac_address,registration_timestamp\n${user},${user.replace('u', 'd')},${address},1700000000\n`;

export async function landBase(target: Target): Promise<void> {
  await target.land('registered_users/base.csv', registration('u900', device));
  await target.land('gym_logins/base.csv', visit('5', 1_700_003_000));
  await target.land(
    'kafka_multiplex/base.json',
    profile('u900', 'new', 1_700_000_000) + workout('1', 1_700_003_600, 72),
  );
  await target.waitUntilQuiet();
}

export { registration };
