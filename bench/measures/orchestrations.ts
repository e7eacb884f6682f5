import { HostUnderTest } from '../../tests/emulators/functions-host/test-host.ts';
import { type Figure, inSeconds } from '../figure.ts';

const instances = 500;
const activitiesEach = 5;

/** The local host alone: instances that run one activity after the other, all started at once. */
export async function orchestrations(): Promise<Figure[]> {
  const host = await HostUnderTest.startNew();
  try {
    const began = Date.now();
    const ids = Array.from({ length: instances }, (_, n) => `bench-${n}`);
    await Promise.all(ids.map((id) => host.startInstance('chain', id, { count: activitiesEach })));
    for (const id of ids) await host.waitUntilEnded(id);
    const seconds = (Date.now() - began) / 1000;
    return [
      {
        what: `${instances} orchestrations of ${activitiesEach} activities, all started at once`,
        ours: `${inSeconds(seconds)}, ${(instances / seconds).toFixed(0)} per second`,
        peer: `${((instances * activitiesEach) / seconds).toFixed(0)} activities per second`,
      },
    ];
  } finally {
    await host.end();
  }
}
