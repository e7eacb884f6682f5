import { JobServiceError } from '../medallion/errors.ts';

const timeoutSeconds = 60;

/** Sends a request to the workspace. All of the app does so here. */
export async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    // A redirect would carry the token to whatever it names.
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutSeconds * 1000) });
  } catch (cause) {
    throw new JobServiceError(`Databricks did not answer at '${url}'; it will be tried again.`, { cause });
  }
}
