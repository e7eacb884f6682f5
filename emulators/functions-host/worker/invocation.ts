import { watchOrchestrator } from '../durable/watch-orchestrator.ts';
import type { CoreModule, LoadedFunction } from './core-module.ts';
import type { InvocationCall, InvocationResult } from './messages.ts';

const notAnError = 'It threw something that is not an Error, which Azure may take for success; throw an Error.';

/** Runs one call through the app's programming model, hooks included. */
export async function invoke(core: CoreModule, call: InvocationCall): Promise<InvocationResult> {
  const target = core.functions.get(call.functionId);
  if (!target || !core.model)
    throw new Error(`Function '${call.functionId}' is not loaded; the app did not register it.`);
  const frame = createCoreContext(core, target, call);
  const model = core.model.getInvocationModel(frame);
  const { context, inputs } = await model.getArguments();
  const hookData = {};
  const before = { hookData, appHookData: {}, invocationContext: context, inputs, functionCallback: target.callback };
  frame.state = 'preInvocationHooks';
  for (const hook of core.hooks.preInvocation) await hook(before);
  const watch = watchOrchestrator(target.bindings[target.triggerName]?.type, context);
  const after: { result: unknown; error: unknown } & Record<string, unknown> = { ...before, result: null, error: null };
  frame.state = 'invocation';
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error(`Function '${target.name}' threw nothing; throw an Error instead.`);
    if (!(error instanceof Error)) frame.log('warning', 'system', notAnError);
  }
  frame.state = 'postInvocationHooks';
  for (const hook of core.hooks.postInvocation) await hook(after);
  frame.state = undefined;
  if (after.error) throw after.error;
  const response = await model.getResponse(context, after.result);
  const outputs = (response.outputData ?? []).map(({ name }) => name);
  return { returnValue: response.returnValue ?? null, outputs, ...watch(after.result) };
}

function createCoreContext(core: CoreModule, target: LoadedFunction, call: InvocationCall) {
  const { invocationId } = call;
  return {
    invocationId,
    metadata: target.metadata,
    state: undefined as string | undefined,
    request: {
      invocationId,
      functionId: target.id,
      inputData: Object.entries(call.inputs).map(([name, data]) => ({ name, data })),
      triggerMetadata: call.triggerMetadata,
    },
    log: (level: string, category: string, message: string) =>
      core.log({ level, category, message, invocationId, functionName: target.name }),
  };
}
