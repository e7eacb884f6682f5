import type { Execution } from '../../medallion/reprocessing/plan.ts';
import type { RunningCloud } from './running-cloud.ts';
import { until } from './target.ts';

export interface Said {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  readonly body: any;
}

export async function send(
  address: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Said> {
  const post = {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  };
  const response = await fetch(`${address}/api/${path}`, body === undefined ? { headers } : post);
  return { status: response.status, body: await response.json() };
}

/** Waits for the end of a plan's execution. */
export async function executed(cloud: RunningCloud, plan: string): Promise<Execution> {
  let execution: Execution | undefined;
  await until(`end of plan '${plan}'`, async () => {
    ({ execution } = await cloud.get<{ execution?: Execution }>(`reprocess/${plan}`));
    return execution?.state === 'completed' || execution?.state === 'rejected';
  });
  if (!execution) throw new Error(`Plan '${plan}' was never executed.`);
  return execution;
}
