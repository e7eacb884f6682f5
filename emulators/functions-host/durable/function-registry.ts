import type { AppFunction } from '../functions.ts';

/** Finds durable functions by name; the host ignores case, JavaScript does not. */
export class FunctionRegistry {
  readonly defaultVersion: string;
  readonly #functions: readonly AppFunction[];

  constructor(functions: readonly AppFunction[], defaultVersion: string) {
    this.#functions = functions;
    this.defaultVersion = defaultVersion;
  }

  findOrchestrator(name: string): AppFunction | undefined {
    return this.#find('orchestrationTrigger', name);
  }

  findActivity(name: string): AppFunction | undefined {
    return this.#find('activityTrigger', name);
  }

  describeMissing(name: string, what: string): string {
    return `The function '${name}' doesn't exist, is disabled, or is not ${what} function.`;
  }

  #find(type: string, name: string): AppFunction | undefined {
    return this.#functions.find(
      (candidate) => candidate.trigger.type === type && candidate.name.toLowerCase() === name.toLowerCase(),
    );
  }
}
