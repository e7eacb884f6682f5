import Module from 'node:module';
import type { Binding, LogRecord, RegisteredFunction, TypedValue } from './messages.ts';

export type Callback = (...args: unknown[]) => unknown;
export type Hook = (context: Record<string, unknown>) => unknown;
type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate' | 'log';

/** What the library makes of one invocation. */
export interface InvocationModel {
  getArguments(): Promise<{ context: object; inputs: unknown[] }>;
  invokeFunction(context: object, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(
    context: object,
    result: unknown,
  ): Promise<{
    returnValue?: TypedValue | null;
    outputData?: readonly { readonly name: string }[];
  }>;
}

export interface ProgrammingModel {
  getCapabilities?(defaults: Record<string, string>): unknown;
  getInvocationModel(context: object): InvocationModel;
}

interface Metadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Record<string, Binding>;
  readonly retryOptions?: unknown;
}

export interface LoadedFunction extends RegisteredFunction {
  readonly callback: Callback;
  readonly metadata: object;
}

class Disposable {
  #undo: (() => unknown) | undefined;

  constructor(undo: () => unknown) {
    this.#undo = undo;
  }

  static from(...parts: { dispose?(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const part of parts) part.dispose?.();
    });
  }

  dispose(): unknown {
    const undo = this.#undo;
    this.#undo = undefined;
    return undo?.();
  }
}

/** The state behind '@azure/functions-core', the module that the real worker answers from memory. */
export class CoreModule {
  readonly functions = new Map<string, LoadedFunction>();
  readonly hooks: Record<HookName, Hook[]> = {
    preInvocation: [],
    postInvocation: [],
    appStart: [],
    appTerminate: [],
    log: [],
  };
  model: ProgrammingModel | undefined;
  isClosed = false;
  readonly #emit: (record: LogRecord) => void;

  constructor(emit: (record: LogRecord) => void) {
    this.#emit = emit;
  }

  /** Must run before anything loads '@azure/functions', which asks for the module only once. */
  install(): void {
    const exported = this.#exports();
    const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
    const load = loader._load;
    loader._load = function (request, ...rest) {
      return request === '@azure/functions-core' ? exported : load.call(this, request, ...rest);
    };
  }

  log(record: LogRecord): void {
    this.#emit(record);
    for (const hook of this.hooks.log) hook({ ...record, hookData: {}, appHookData: {} });
  }

  #exports(): object {
    return {
      version: '3.14.0',
      hostVersion: '4.1048.200',
      Disposable,
      setProgrammingModel: (model: ProgrammingModel) => {
        this.model = model;
      },
      getProgrammingModel: () => this.model,
      log: (level: string, category: string, message: string) => this.log({ level, category, message }),
      registerHook: (name: string, hook: Hook) => this.#registerHook(name, hook),
      registerFunction: (metadata: Metadata, callback: Callback) => this.#registerFunction(metadata, callback),
    };
  }

  #registerHook(name: string, hook: Hook): Disposable {
    const hooks = Object.hasOwn(this.hooks, name) ? this.hooks[name as HookName] : undefined;
    if (!hooks)
      throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });
    hooks.push(hook);
    return new Disposable(() => hooks.splice(hooks.indexOf(hook), 1));
  }

  #registerFunction(metadata: Metadata, callback: Callback): Disposable {
    if (this.isClosed) throw new Error('A function can only be registered during app startup.');
    const id = metadata.functionId ?? metadata.name;
    if (this.functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
    const triggerName = Object.keys(metadata.bindings).find((name) =>
      /trigger$/i.test(metadata.bindings[name]?.type ?? ''),
    );
    if (triggerName === undefined) throw new Error(`Function '${metadata.name}' has no trigger; give it one.`);
    const { name, bindings, retryOptions } = metadata;
    const rawBindings = Object.entries(bindings).map(([key, binding]) => JSON.stringify({ ...binding, name: key }));
    this.functions.set(id, {
      id,
      name,
      triggerName,
      bindings,
      callback,
      hasRetryPolicy: Boolean(retryOptions),
      metadata: { ...metadata, functionId: id, rawBindings },
    });
    return new Disposable(() => this.functions.delete(id));
  }
}
