import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface DemoFile {
  /** Where it lands, below the landing zone. */
  readonly path: string;
  content(): Buffer;
}

/** The reference's first set: five registrations, eight visits, and two days of heart rates. */
export function set1(root: string): DemoFile[] {
  const at = (name: string) => path.join(root, 'examples/set-1', name);
  const plain = (dataset: string, name: string): DemoFile => ({
    path: `${dataset}/${name}`,
    content: () => readFileSync(at(name)),
  });
  return [
    // The large one first: by the time it is closed, the others follow within one batch's quiet moment.
    {
      path: 'kafka_multiplex/3-bpm_1.json',
      content: () => heartRates(gunzipSync(readFileSync(at('3-bpm_1.reconstructed.csv.gz'))).toString('utf8')),
    },
    plain('date_lookup', '6-date-lookup.json'),
    plain('registered_users', '1-registered_users_1.csv'),
    plain('gym_logins', '5-gym_logins_1.csv'),
    plain('kafka_multiplex', '2-user_info_1.json'),
    plain('kafka_multiplex', '4-workout_1.json'),
  ];
}

/** The readings were recovered without their envelopes; each row is put back into one. */
function heartRates(csv: string): Buffer {
  const [, ...rows] = csv.trimEnd().split('\n');
  const lines = rows.map((row, offset) => {
    const [device = '', time = '', rate = ''] = row.split(',');
    const value = `{"device_id": ${device}, "time": ${time}, "heartrate": ${rate}}`;
    const envelope = { key: device, value, topic: 'bpm', partition: 0, offset, timestamp: Number(time) };
    return `${JSON.stringify(envelope)}\n`;
  });
  return Buffer.from(lines.join(''));
}
