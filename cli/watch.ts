import { setTimeout as sleep } from 'node:timers/promises';
import type { LayerRecord, RunRecord } from '../medallion/runs/run.ts';
import { ask, retryWhileAway } from './operator.ts';
import type { Addresses } from './stack/home.ts';

const pollSeconds = 0.25;

/** Prints what happens to each run, as it happens. */
export class Watch {
  readonly #running: Addresses;
  readonly #print: (line: string) => void;
  readonly #printed = new Set<string>();

  constructor(running: Addresses, print: (line: string) => void) {
    this.#running = running;
    this.#print = print;
  }

  /** Prints what is new since the last call, and answers with the runs, newest first. */
  async poll(): Promise<RunRecord[]> {
    const { runs } = await retryWhileAway(() => ask<{ runs: RunRecord[] }>(this.#running, 'runs?limit=20'));
    for (const run of [...runs].reverse()) this.#printRun(run);
    return runs;
  }

  /** Whatever ran before is no news. */
  async skip(): Promise<void> {
    const { runs } = await ask<{ runs: RunRecord[] }>(this.#running, 'runs?limit=1000');
    for (const run of runs) if (run.outcome !== 'running') this.#printed.add(run.batch);
  }

  async until(isDone: () => boolean | Promise<boolean>): Promise<void> {
    do {
      await this.poll();
      await sleep(pollSeconds * 1000);
    } while (!(await isDone()));
    await this.poll();
  }

  #printRun(run: RunRecord): void {
    if (this.#printed.has(run.batch)) return;
    this.#printOnce(`${run.batch} begins`, `run ${run.batch}: ${run.files} files of ${run.datasets.join(', ')}`);
    for (const layer of run.layers) this.#printLayer(run, layer);
    if (run.outcome === 'running') return;
    this.#printed.add(run.batch);
    const took = secondsBetween(run.startedAt, run.endedAt);
    const end = run.outcome === 'published' ? `published as release '${run.release}'` : `${run.outcome}: ${run.reason}`;
    this.#print(`  ${end} (${took} s in all)`);
  }

  #printLayer(run: RunRecord, { endedAt, layer, outcome, startedAt, verdict }: LayerRecord): void {
    this.#printOnce(`${run.batch} ${layer}`, `  ${layer.padEnd(6)} ...`);
    if (outcome === 'running') return;
    const judged = verdict ? `, gate ${verdict.outcome} (${verdict.rules} rules)` : '';
    this.#printOnce(
      `${run.batch} ${layer} ends`,
      `  ${layer.padEnd(6)} ${outcome} in ${secondsBetween(startedAt, endedAt)} s${judged}`,
    );
  }

  #printOnce(key: string, line: string): void {
    if (this.#printed.has(key)) return;
    this.#printed.add(key);
    this.#print(line);
  }
}

export const secondsBetween = (from: string, to: string | undefined) =>
  to === undefined ? '?' : ((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1);
