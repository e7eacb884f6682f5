import { setTimeout as sleep } from 'node:timers/promises';
import type { LayerRecord, RunRecord } from '../medallion/runs/run.ts';
import { ask, patiently } from './operator.ts';
import type { Addresses } from './stack/home.ts';

const pollSeconds = 0.25;

/** Tells what happens to each run, as it happens. */
export class Watch {
  readonly #running: Addresses;
  readonly #say: (line: string) => void;
  readonly #told = new Set<string>();

  constructor(running: Addresses, say: (line: string) => void) {
    this.#running = running;
    this.#say = say;
  }

  /** Tells what is new since the last look, and answers with the runs, newest first. */
  async look(): Promise<RunRecord[]> {
    const { runs } = await patiently(() => ask<{ runs: RunRecord[] }>(this.#running, 'runs?limit=20'));
    for (const run of [...runs].reverse()) this.#tell(run);
    return runs;
  }

  /** Whatever ran before is no news. */
  async skip(): Promise<void> {
    const { runs } = await ask<{ runs: RunRecord[] }>(this.#running, 'runs?limit=1000');
    for (const run of runs) if (run.outcome !== 'running') this.#told.add(run.batch);
  }

  async until(isDone: () => boolean | Promise<boolean>): Promise<void> {
    do {
      await this.look();
      await sleep(pollSeconds * 1000);
    } while (!(await isDone()));
    await this.look();
  }

  #tell(run: RunRecord): void {
    if (this.#told.has(run.batch)) return;
    this.#once(`${run.batch} begins`, `run ${run.batch}: ${run.files} files of ${run.datasets.join(', ')}`);
    for (const layer of run.layers) this.#tellLayer(run, layer);
    if (run.outcome === 'running') return;
    this.#told.add(run.batch);
    const took = secondsBetween(run.startedAt, run.endedAt);
    const end = run.outcome === 'published' ? `published as release '${run.release}'` : `${run.outcome}: ${run.reason}`;
    this.#say(`  ${end} (${took} s in all)`);
  }

  #tellLayer(run: RunRecord, { endedAt, layer, outcome, startedAt, verdict }: LayerRecord): void {
    this.#once(`${run.batch} ${layer}`, `  ${layer.padEnd(6)} ...`);
    if (outcome === 'running') return;
    const judged = verdict ? `, gate ${verdict.outcome} (${verdict.rules} rules)` : '';
    this.#once(
      `${run.batch} ${layer} ends`,
      `  ${layer.padEnd(6)} ${outcome} in ${secondsBetween(startedAt, endedAt)} s${judged}`,
    );
  }

  #once(key: string, line: string): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#say(line);
  }
}

export const secondsBetween = (from: string, to: string | undefined) =>
  to === undefined ? '?' : ((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1);
