import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { OrchestrationHandler } from 'durable-functions';
import { toKebabCase } from './history-endings.ts';
import { root } from './root.ts';

/** The orchestrators of today by name, as they are registered. */
export async function importOrchestrators(): Promise<ReadonlyMap<string, OrchestrationHandler>> {
  const register = readFileSync(path.join(root, 'functions/register.ts'), 'utf8');
  const list = /^const orchestrations = \[([\s\S]*?)\];$/m.exec(register)?.[1] ?? '';
  const orchestrators = new Map<string, OrchestrationHandler>();
  for (const name of list.match(/\w+/g) ?? []) {
    const file = path.join(root, 'orchestrations', `${toKebabCase(name)}.ts`);
    const module = (await import(file)) as Record<string, OrchestrationHandler>;
    const orchestrator = module[name];
    if (orchestrator === undefined) throw new Error(`'${file}' exports no '${name}', which is registered.`);
    orchestrators.set(name, orchestrator);
  }
  return orchestrators;
}
