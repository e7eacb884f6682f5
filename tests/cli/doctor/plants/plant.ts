import type { Environment } from '../../../../environments/environment.ts';
import type { MemoryCloud } from '../../deployment/memory-cloud/environment.ts';
import type { Thing } from '../../deployment/memory-cloud/state.ts';

type Deployment = NonNullable<Environment['deployment']>;

/** A mistake that people make, and what mends it. */
export interface Plant {
  readonly title: string;
  readonly cure: string;
  readonly environment?: 'prod';
  plant?(cloud: MemoryCloud): void;
  change?(deployment: Deployment): Partial<Deployment>;
}

export const only = (step: string, environment = 'test') => `npm run deploy -- --env ${environment} --only ${step}`;
export const key = (name: string) => `set '${name}' in environments/test.json`;

export const removeMatching = (
  things: Map<string, Thing>,
  prefix: string,
  isMeant: (thing: Thing) => boolean = () => true,
) => {
  for (const [name, thing] of things) if (name.startsWith(prefix) && isMeant(thing)) things.delete(name);
};
export const first = (things: Map<string, Thing>, prefix: string): Thing =>
  [...things].find(([name]) => name.startsWith(prefix))?.[1];
