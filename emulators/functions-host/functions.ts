import { resolveExpressions } from './settings.ts';
import type { Binding, Input, InvocationResult, RegisteredFunction, TypedValues } from './worker/messages.ts';

/** A registered function whose expressions are resolved and whose bindings this host serves. */
export interface AppFunction extends RegisteredFunction {
  readonly trigger: Binding;
}

export type CallFunction = (
  target: AppFunction,
  inputs: TypedValues,
  further?: Omit<Input, 'inputs'>,
) => Promise<InvocationResult>;

const servedTriggers = [
  'httpTrigger',
  'timerTrigger',
  'blobTrigger',
  'eventGridTrigger',
  'orchestrationTrigger',
  'activityTrigger',
];

/** Refuses at start what would only be missed much later. */
export function admitFunctions(
  registeredFunctions: readonly RegisteredFunction[],
  settings: Readonly<Record<string, string>>,
): AppFunction[] {
  return registeredFunctions
    .filter(({ name }) => !isDisabled(name, settings))
    .map((candidate) => admitFunction(candidate, settings));
}

function admitFunction(registered: RegisteredFunction, settings: Readonly<Record<string, string>>): AppFunction {
  const { name, triggerName } = registered;
  const bindings = resolveExpressions(
    registered.bindings,
    settings,
    `the bindings of function '${name}'`,
  ) as typeof registered.bindings;
  const trigger = bindings[triggerName];
  if (!trigger || !servedTriggers.includes(trigger.type)) {
    const hint =
      trigger?.type === 'entityTrigger' ? 'keep the state elsewhere' : `it serves ${servedTriggers.join(', ')}`;
    throw new Error(
      `Function '${name}' has a trigger of type '${trigger?.type}', which the local host does not serve; ${hint}.`,
    );
  }
  if (trigger.type === 'blobTrigger') checkBlobTrigger(name, trigger);
  for (const [key, binding] of Object.entries(bindings)) if (key !== triggerName) checkBinding(name, key, binding);
  return { ...registered, bindings, trigger };
}

function checkBlobTrigger(name: string, trigger: Binding): void {
  if (trigger['source'] !== 'EventGrid') {
    throw new Error(
      `Blob function '${name}' polls its container; set source: 'EventGrid', the only source on Flex Consumption.`,
    );
  }
  if (trigger.properties?.['supportsDeferredBinding'] !== 'true') {
    throw new Error(
      `Blob function '${name}' asks for the whole content; set sdkBinding: true and read the blob by its SDK.`,
    );
  }
}

function checkBinding(name: string, key: string, binding: Binding): void {
  const isServed = binding.direction === 'in' ? binding.type === 'durableClient' : binding.type === 'http';
  if (isServed) return;
  throw new Error(
    `Function '${name}' has the ${binding.direction} binding '${key}' of type '${binding.type}', which the local host does not serve; use the service's SDK.`,
  );
}

function isDisabled(name: string, settings: Readonly<Record<string, string>>): boolean {
  const value = settings[`AzureWebJobs.${name}.Disabled`] ?? settings[`AzureWebJobs_${name}_Disabled`];
  return value === 'true' || value === '1';
}
