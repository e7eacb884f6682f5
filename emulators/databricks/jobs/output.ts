import { open } from 'node:fs/promises';
import { invalid } from './request.ts';
import type { Attempt, Run } from './run.ts';
import type { Ledger } from './run-store.ts';
import { shapeRun } from './shapes.ts';
import { logFileOf } from './wheel-task.ts';

const MOST_BYTES = 5 * 1024 * 1024;

/** What `runs/get-output` answers: the error, its trace and the end of the log of one task's run. */
export async function outputOf(
  ledger: Ledger,
  home: string,
  url: string,
  id: number,
): Promise<Record<string, unknown>> {
  const attempt = ledger.attempt(id) ?? onlyAttempt(ledger, id);
  const run = ledger.run(attempt.runId);
  if (run === undefined) throw invalid(`Run ${id} does not exist.`);
  const log = await tailOf(logFileOf(home, attempt.id));
  return {
    metadata: metadataOf(run, attempt, url),
    ...(attempt.error === null ? {} : { error: attempt.error }),
    ...(attempt.trace === null ? {} : { error_trace: attempt.trace }),
    logs: log.text,
    logs_truncated: log.isCut,
  };
}

function onlyAttempt(ledger: Ledger, id: number): Attempt {
  const attempts = ledger.attempts(id);
  const keys = new Set(attempts.map((attempt) => attempt.taskKey));
  if (keys.size > 1) {
    throw invalid('Retrieving the output of runs with multiple tasks is not supported. Ask for the run of one task.');
  }
  const last = attempts.at(-1);
  if (last === undefined) throw invalid(`Run ${id} does not exist.`);
  return last;
}

function metadataOf(run: Run, attempt: Attempt, url: string): Record<string, unknown> {
  const shaped = shapeRun(run, [attempt], url);
  const [task] = shaped['tasks'] as Record<string, unknown>[];
  return { ...shaped, ...task, tasks: undefined };
}

async function tailOf(path: string): Promise<{ text: string; isCut: boolean }> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return { text: '', isCut: false };
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - MOST_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return { text: buffer.toString('utf8', 0, bytesRead), isCut: start > 0 };
  } finally {
    await file.close();
  }
}
