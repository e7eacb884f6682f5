import type { Store } from '../store.ts';
import { EventType, type HistoryEvent } from './events.ts';
import type { Instance, NewInstance } from './instance.ts';
import { createReplayState, type ReplayState } from './replay-state.ts';

/** The rows behind the engine. Callers hold the transaction. */
export class Instances {
  readonly store: Store;
  /** JSON texts of the histories of live instances: a long history is read once, not at every episode. */
  readonly #histories = new Map<string, string[]>();

  constructor(store: Store) {
    this.store = store;
  }

  find(id: string): Instance | undefined {
    return this.store.selectOne<Instance>('SELECT * FROM instances WHERE id = ?', id);
  }

  /** Replaces whatever an ended instance of this id has left. */
  create({ id, execution, name, version, input, parent, now }: NewInstance): void {
    this.forget(id);
    this.store.run(
      `INSERT INTO instances(id, execution, name, version, status, input, created, updated, parent, replayState)
       VALUES(?, ?, ?, ?, 'Pending', ?, ?, ?, ?, ?)`,
      id,
      execution,
      name,
      version,
      input,
      now,
      now,
      parent ? JSON.stringify(parent) : null,
      JSON.stringify(createReplayState()),
    );
    this.begin({ id, execution, name, version, input, parent });
  }

  /** Sends the first message of an execution; it is due before any event that waits for the new generation. */
  begin({ id, execution, name, version, input, parent }: Omit<NewInstance, 'now'>): void {
    this.post(id, execution, 0, {
      EventType: EventType.ExecutionStarted,
      EventId: -1,
      Name: name,
      Version: version,
      Input: input,
      OrchestrationInstance: { InstanceId: id, ExecutionId: execution },
      ParentInstance: parent,
    });
  }

  post(id: string, execution: string | null, due: number, event: HistoryEvent): void {
    const passes = event.EventType === EventType.ExecutionTerminated || event.EventType === EventType.ExecutionResumed;
    this.store.run(
      'INSERT INTO inbox(id, execution, due, passes, timer, event) VALUES(?, ?, ?, ?, ?, ?)',
      id,
      execution,
      due,
      passes ? 1 : 0,
      event.TimerId ?? null,
      JSON.stringify(event),
    );
  }

  /** Answers false where someone else took the message meanwhile, a purge for instance. */
  takeMessage({ n }: { readonly n: number }): boolean {
    return this.store.run('DELETE FROM inbox WHERE n = ?', n) > 0;
  }

  cancelTimer(id: string, timer: number): void {
    this.store.run('DELETE FROM inbox WHERE id = ? AND timer = ?', id, timer);
  }

  addWork({ id, execution }: Instance, task: number, name: string, input: string | null): void {
    this.store.run(
      'INSERT INTO work(id, execution, task, name, input) VALUES(?, ?, ?, ?, ?)',
      id,
      execution,
      task,
      name,
      input,
    );
  }

  update(instance: Instance, replayState: ReplayState): void {
    this.store.run(
      `UPDATE instances SET execution = ?, status = ?, input = ?, output = ?, customStatus = ?, updated = ?, isSuspended = ?, replayState = ?
       WHERE id = ?`,
      instance.execution,
      instance.status,
      instance.input,
      instance.output,
      instance.customStatus,
      instance.updated,
      instance.isSuspended,
      JSON.stringify(replayState),
      instance.id,
    );
  }

  /** The JSON texts of the current generation's events, oldest first. */
  history(id: string): readonly string[] {
    let texts = this.#histories.get(id);
    if (!texts) {
      texts = this.store
        .select<{ event: string }>('SELECT event FROM history WHERE id = ? ORDER BY seq', id)
        .map(({ event }) => event);
      this.#histories.set(id, texts);
    }
    return texts;
  }

  /** Keeps a generation that is over, in place of the one before it. */
  keepGeneration({ id, input }: Instance, output: string, events: readonly HistoryEvent[]): void {
    const texts = [...this.history(id), ...events.map(toPlayedText)];
    this.store.run(
      'INSERT OR REPLACE INTO generations(id, input, output, history) VALUES(?, ?, ?, ?)',
      id,
      input,
      output,
      `[${texts.join(',')}]`,
    );
  }

  append(id: string, events: readonly HistoryEvent[]): void {
    const texts = this.history(id) as string[];
    for (const event of events) {
      const text = toPlayedText(event);
      this.store.run('INSERT INTO history(id, seq, event) VALUES(?, ?, ?)', id, texts.length, text);
      texts.push(text);
    }
  }

  clearHistory(id: string): void {
    this.store.run('DELETE FROM history WHERE id = ?', id);
    this.#histories.delete(id);
  }

  /** Late results of an execution that is over mean nothing to anybody. */
  dropLeftovers(id: string, execution: string): void {
    this.store.run('DELETE FROM work WHERE id = ? AND execution = ?', id, execution);
    this.store.run('DELETE FROM inbox WHERE id = ? AND execution = ?', id, execution);
  }

  /** To call whenever a transaction failed or an instance ended: the store alone knows then. */
  dropFromMemory(id: string): void {
    this.#histories.delete(id);
  }

  forget(id: string): number {
    this.clearHistory(id);
    this.store.run('DELETE FROM inbox WHERE id = ?', id);
    this.store.run('DELETE FROM work WHERE id = ?', id);
    this.store.run('DELETE FROM generations WHERE id = ?', id);
    return this.store.run('DELETE FROM instances WHERE id = ?', id);
  }
}

function toPlayedText(event: HistoryEvent): string {
  return JSON.stringify({ ...event, IsPlayed: true });
}
