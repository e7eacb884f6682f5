import { RunningStack } from '../../bench/harness/running-stack.ts';
import type { Target } from '../../bench/harness/target.ts';
import { RemoteTarget } from './remote-target.ts';

/**
 * The environment that `MEDALLION_TARGET` (an environment file) and `MEDALLION_APP` (the app's address) name, which should
 * have nothing landed yet; without them a local stack, started with the given options.
 */
export async function aTarget(options: readonly string[]): Promise<Target> {
  const { MEDALLION_APP: app, MEDALLION_AUDIENCE: audience, MEDALLION_TARGET: file } = process.env;
  if (file === undefined) return RunningStack.start({ options });
  if (app === undefined)
    throw new Error(`MEDALLION_TARGET is '${file}', but MEDALLION_APP does not say where its app is.`);
  return RemoteTarget.at(file, app, audience);
}
