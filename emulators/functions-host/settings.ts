import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What this host acts upon in host.json; everything else in the file is for Azure. */
export interface HostJson {
  readonly functionTimeout?: string;
  readonly extensions?: {
    readonly http?: { readonly routePrefix?: string };
    readonly blobs?: { readonly maxDegreeOfParallelism?: number };
    readonly queues?: { readonly maxDequeueCount?: number };
    readonly durableTask?: {
      readonly hubName?: string;
      readonly defaultVersion?: string;
      readonly maxConcurrentActivityFunctions?: number;
      readonly maxConcurrentOrchestratorFunctions?: number;
    };
  };
}

type Settings = Readonly<Record<string, string>>;

export function readHostJson(appDirectory: string, settings: Settings): HostJson {
  const path = join(appDirectory, 'host.json');
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new Error(`'${path}' cannot be read as JSON; a Functions app needs a host.json.`, { cause });
  }
  return resolveExpressions(content, settings, `'${path}'`) as HostJson;
}

/** Replaces every `%NAME%` in the strings of a value by the app setting of that name. */
export function resolveExpressions(value: unknown, settings: Settings, where: string): unknown {
  if (typeof value === 'string')
    return value.replace(/%([^%\s]+)%/g, (_, name: string) => requireSetting(name, settings, where));
  if (Array.isArray(value)) return value.map((item) => resolveExpressions(item, settings, where));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolveExpressions(item, settings, where)]),
  );
}

function requireSetting(name: string, settings: Settings, where: string): string {
  const value = settings[name];
  if (value === undefined)
    throw new Error(`App setting '${name}' named by %${name}% in ${where} is not set; add it to the settings.`);
  return value;
}

/** A .NET time span such as `00:30:00` or `1.00:00:00`, in seconds. */
export function parseSpan(text: string): number {
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(text);
  if (!parts) throw new Error(`'${text}' is not a time span; write it as hh:mm:ss.`);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

export function formatSpan(milliseconds: number): string {
  const total = Math.floor(milliseconds / 1000);
  const pad = (count: number): string => String(count).padStart(2, '0');
  const days = Math.floor(total / 86_400);
  const fraction = milliseconds % 1000 ? `.${String(milliseconds % 1000).padStart(3, '0')}0000` : '';
  const clock = `${pad(Math.floor(total / 3600) % 24)}:${pad(Math.floor(total / 60) % 60)}:${pad(total % 60)}${fraction}`;
  return days ? `${days}.${clock}` : clock;
}
