/** What host and app process say to each other. Everything here must survive structured cloning. */
export interface TypedValue {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: HttpValue;
  readonly modelBindingData?: ModelBinding;
}

export interface HttpValue {
  readonly url?: string;
  readonly method?: string;
  readonly nullableHeaders?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableQuery?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableParams?: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: TypedValue;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly HttpCookie[];
}

export interface HttpCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: { readonly value: string };
  readonly path?: { readonly value: string };
  readonly expires?: { readonly value: unknown };
  readonly secure?: { readonly value: boolean };
  readonly httpOnly?: { readonly value: boolean };
  readonly sameSite?: string;
  readonly maxAge?: { readonly value: number };
}

/** Stands for a blob that the function reads by itself. */
export interface ModelBinding {
  readonly version: '1.0';
  readonly source: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

export type TypedValues = Readonly<Record<string, TypedValue>>;

export interface Binding {
  readonly type: string;
  readonly direction: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly [option: string]: unknown;
}

/** One function as the app registered it. */
export interface RegisteredFunction {
  readonly id: string;
  readonly name: string;
  readonly triggerName: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly hasRetryPolicy: boolean;
}

/** What a function is called with. */
export interface Input {
  readonly inputs: TypedValues;
  readonly triggerMetadata?: TypedValues;
  /** Only where somebody else has to know it too. */
  readonly invocationId?: string;
}

export interface InvocationCall {
  readonly kind: 'call';
  readonly call: number;
  /** The host's name of this call; by it the library finds a streamed request. */
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputs: TypedValues;
  readonly triggerMetadata?: TypedValues;
}

export interface InvocationResult {
  readonly returnValue?: TypedValue | null;
  /** Output bindings that were set, by name. */
  readonly outputs: readonly string[];
  /** What strict mode saw in the raw result; the wire form no longer shows it. */
  readonly mistake?: string;
  readonly warnings: readonly string[];
}

export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

export interface LogRecord {
  readonly level: string;
  readonly category: string;
  readonly message: string;
  readonly functionName?: string;
  readonly invocationId?: string;
}

export type ToApp = InvocationCall | { readonly kind: 'ping' };

export type FromApp =
  | { readonly kind: 'loaded'; readonly functions: readonly RegisteredFunction[]; readonly streams?: string }
  | { readonly kind: 'unloadable'; readonly error: Thrown }
  | { readonly kind: 'answer'; readonly call: number; readonly answer: InvocationResult }
  | { readonly kind: 'thrown'; readonly call: number; readonly error: Thrown }
  | { readonly kind: 'log'; readonly record: LogRecord }
  | { readonly kind: 'pong' };

export function toThrown(error: unknown): Thrown {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: '' };
  return { name: error.name, message: error.message, stack: error.stack ?? '' };
}
