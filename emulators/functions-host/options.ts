import type { Faults } from '../shared/faults.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** The part of the options that fits into JSON; `main.ts` reads it from its first argument. */
export interface HostSettings {
  /** Holds package.json, whose "main" names the app's entry, and host.json. */
  readonly appDirectory: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly storeFile: string;
  /** App settings: the app's environment and the source of `%NAME%` expressions. */
  readonly settings: Readonly<Record<string, string>>;
  /** The key of the blob webhook. */
  readonly blobsKey: string;
  /** Where it is given, functions of level 'function' or 'admin' ask for it; else loopback callers are trusted. */
  readonly hostKey?: string;
  /** What goes wrong on purpose, at a `notification`, a `completion` or an `invocation`. */
  readonly faults?: Faults;
  readonly strict?: boolean;
  readonly watchdog?: Partial<Watchdog>;
}

export interface HostOptions extends HostSettings {
  readonly log?: Log;
  readonly clock?: Clock;
  /** Node flags of the app's process; those of this process unless given. */
  readonly execArgv?: readonly string[];
}

export interface Watchdog {
  /** An app process whose event loop answers no ping for so long is replaced. */
  readonly hangSeconds: number;
  /** Overrides host.json's functionTimeout. */
  readonly functionTimeoutSeconds: number;
  /** Work that went down with the app's process so often is given up with an error. */
  readonly maxLosses: number;
}

export interface Host {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly address: string;
  stop(): Promise<void>;
}
