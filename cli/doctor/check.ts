import type { Context } from '../deployment/context.ts';

/** What is wrong, and what mends it: a command, or a key of the environment file. */
export interface Problem {
  readonly what: string;
  readonly cure: string;
}

/** It reads only. Whatever it cannot look at is unknown, and never well. */
export interface Check {
  readonly group: string;
  readonly name: string;
  readonly why: string;
  look(context: Context): Promise<readonly Problem[]>;
}

export const groups = ['machine', 'azure', 'directory', 'delivery', 'account', 'workspace', 'app'] as const;

export const getCall = ({ environment }: Pick<Context, 'environment'>, step: string): string =>
  `npm run deploy -- --env ${environment.name} --only ${step}`;

export const getKey = ({ environment }: Pick<Context, 'environment'>, key: string): string =>
  `set '${key}' in environments/${environment.name}.json`;
