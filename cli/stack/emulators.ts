import path from 'node:path';
import { type Faults, removeCounted } from '../../emulators/shared/faults.ts';
import { Child } from './child.ts';
import { getHomeFiles } from './home.ts';

export type EmulatorName = 'functions-host' | 'adls' | 'table-storage' | 'databricks';

export interface EmulatorsPlan {
  readonly root: string;
  readonly home: string;
  readonly faults: Faults;
  readonly say: (line: string) => void;
}

const readySeconds = 120;

/** The emulators that run, each under the name of its folder. */
export class Emulators {
  readonly #plan: EmulatorsPlan;
  readonly #faults: Faults;
  readonly #children = new Map<EmulatorName, Child>();

  constructor(plan: EmulatorsPlan) {
    this.#plan = plan;
    this.#faults = { startedAt: Date.now(), ...plan.faults };
  }

  start<Ready>(name: EmulatorName, options: object): Promise<Ready> {
    const { home, root, say } = this.#plan;
    const child = new Child({
      name,
      entry: path.join(root, 'emulators', name, 'main.ts'),
      options: { ...options, ...selectFaults(name, removeCounted(this.#faults)) },
      firstOptions: selectFaults(name, this.#faults),
      logs: getHomeFiles(home).logs,
      readySeconds,
      say,
    });
    this.#children.set(name, child);
    return child.start<Ready>();
  }

  processes(): Partial<Record<EmulatorName, number>> {
    return Object.fromEntries([...this.#children].map(([name, child]) => [name, child.pid]));
  }

  async stop(): Promise<void> {
    // The host goes first: it must not see the others end.
    await this.#children.get('functions-host')?.stop();
    await Promise.all([...this.#children.values()].map((child) => child.stop()));
  }
}

/** Those of one emulator: they are an argument of its process, which has to stay under 128 KB. */
function selectFaults(name: EmulatorName, { faults, ...rest }: Faults): object {
  const selected = faults.filter(({ at }) => at.service === name);
  return selected.length === 0 ? {} : { faults: { ...rest, faults: selected } };
}
