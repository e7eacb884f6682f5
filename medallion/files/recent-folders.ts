import type { LandingContract } from '../contracts/contract.ts';

const dayMilliseconds = 86_400_000;

/** The folders of today and of yesterday, of Greenwich. */
export function listRecentFolders(pattern: NonNullable<LandingContract['folders']>, now: Date): string[] {
  return [0, 1].map((days) => {
    const day = new Date(now.getTime() - days * dayMilliseconds).toISOString().slice(0, 10);
    return pattern === 'yyyy/MM/dd' ? day.replaceAll('-', '/') : day;
  });
}
