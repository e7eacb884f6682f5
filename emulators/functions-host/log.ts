export type Level = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical';

/** Where everything the host and its app have to say goes. */
export type Log = (level: Level, message: string) => void;

export const levels: readonly string[] = ['trace', 'debug', 'information', 'warning', 'error', 'critical'];

export function toLevel(text: string): Level {
  return levels.includes(text) ? (text as Level) : 'information';
}
