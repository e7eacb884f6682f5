import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CoreModule } from './core-module.ts';

const defaultCapabilities = {
  RawHttpBodyBytes: 'true',
  RpcHttpTriggerMetadataRemoved: 'true',
  RpcHttpBodyOnly: 'true',
  IgnoreEmptyValuedRpcHttpHeaders: 'true',
  UseNullableValueDictionaryForHttp: 'true',
  WorkerStatus: 'true',
  TypedDataCollection: 'true',
  HandlesWorkerTerminateMessage: 'true',
};

/**
 * Loads the entry files named by "main", in sorted order, and closes registration as the real worker does. Answers where the
 * library takes streamed requests, if the app turned that on.
 */
export async function loadApp(core: CoreModule, appDirectory: string): Promise<{ streams?: string }> {
  const manifest = join(appDirectory, 'package.json');
  const { main, type } = JSON.parse(readFileSync(manifest, 'utf8')) as { main?: string; type?: string };
  if (!main) throw new Error(`'${manifest}' has no "main"; name the app's entry file there.`);
  for (const file of listEntryFiles(appDirectory, main)) {
    const isModule = file.endsWith('.mjs') || (type === 'module' && !file.endsWith('.cjs'));
    const path = join(appDirectory, file);
    if (isModule) await import(pathToFileURL(path).href);
    else createRequire(manifest)(path);
  }
  for (const hook of core.hooks.appStart)
    await hook({ hookData: {}, appHookData: {}, functionAppDirectory: appDirectory });
  const capabilities = (await core.model?.getCapabilities?.({ ...defaultCapabilities })) as
    | { HttpUri?: string }
    | undefined;
  core.isClosed = true;
  if (core.functions.size === 0) {
    throw new Error(
      `'${main}' registered no function; look for a second copy of @azure/functions in the app's packages.`,
    );
  }
  return capabilities?.HttpUri === undefined ? {} : { streams: capabilities.HttpUri };
}

function listEntryFiles(appDirectory: string, pattern: string): string[] {
  const files = globSync(pattern, { cwd: appDirectory, exclude: (name) => name === 'node_modules' });
  if (files.length === 0)
    throw new Error(`No file in '${appDirectory}' matches "main": '${pattern}'; build the app first.`);
  return files.sort();
}
