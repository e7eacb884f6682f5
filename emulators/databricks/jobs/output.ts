import { open } from 'node:fs/promises';
import { createInvalidParameterError } from './request.ts';
import { toRunResponse } from './responses.ts';
import type { Attempt, Run } from './run.ts';
import type { RunStore } from './run-store.ts';
import { getLogFile } from './wheel-task.ts';

const maxBytes = 5 * 1024 * 1024;

/** What `runs/get-output` answers: the error, its trace and the end of the log of one task's run. */
export async function readOutput(
  store: RunStore,
  home: string,
  url: string,
  id: number,
): Promise<Record<string, unknown>> {
  const attempt = store.findAttempt(id) ?? requireOnlyAttempt(store, id);
  const run = store.findRun(attempt.runId);
  if (run === undefined) throw createInvalidParameterError(`Run ${id} does not exist.`);
  const log = await readTail(getLogFile(home, attempt.id));
  return {
    metadata: toMetadata(run, attempt, url),
    ...(attempt.error === null ? {} : { error: attempt.error }),
    ...(attempt.trace === null ? {} : { error_trace: attempt.trace }),
    logs: log.text,
    logs_truncated: log.isCut,
  };
}

function requireOnlyAttempt(store: RunStore, id: number): Attempt {
  const attempts = store.listAttempts(id);
  const keys = new Set(attempts.map((attempt) => attempt.taskKey));
  if (keys.size > 1) {
    throw createInvalidParameterError(
      'Retrieving the output of runs with multiple tasks is not supported. Ask for the run of one task.',
    );
  }
  const last = attempts.at(-1);
  if (last === undefined) throw createInvalidParameterError(`Run ${id} does not exist.`);
  return last;
}

function toMetadata(run: Run, attempt: Attempt, url: string): Record<string, unknown> {
  const shaped = toRunResponse(run, [attempt], url);
  const [task] = shaped['tasks'] as Record<string, unknown>[];
  return { ...shaped, ...task, tasks: undefined };
}

async function readTail(path: string): Promise<{ text: string; isCut: boolean }> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return { text: '', isCut: false };
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - maxBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return { text: buffer.toString('utf8', 0, bytesRead), isCut: start > 0 };
  } finally {
    await file.close();
  }
}
