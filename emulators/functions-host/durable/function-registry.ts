import type { AppFunction } from '../functions.ts';

/** Finds durable functions by name; the host ignores case, JavaScript does not. */
export class Registry {
  readonly defaultVersion: string;
  readonly #functions: readonly AppFunction[];

  constructor(functions: readonly AppFunction[], defaultVersion: string) {
    this.#functions = functions;
    this.defaultVersion = defaultVersion;
  }

  orchestrator(name: string): AppFunction | undefined {
    return this.#find('orchestrationTrigger', name);
  }

  activity(name: string): AppFunction | undefined {
    return this.#find('activityTrigger', name);
  }

  missing(name: string, what: string): string {
    return `The function '${name}' doesn't exist, is disabled, or is not ${what} function.`;
  }

  #find(type: string, name: string): AppFunction | undefined {
    return this.#functions.find((each) => each.trigger.type === type && each.name.toLowerCase() === name.toLowerCase());
  }
}
