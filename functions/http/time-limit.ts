import { Problem } from './problem.ts';

/** Azure cuts a request off after 230 s, and tells the caller nothing of what became of it. */
const maxSeconds = 200;

/** The answer, or a problem when it takes too long. What was begun goes on to its end; its answer must not reject. */
export async function answerInTime<Answer>(method: string, answer: Promise<Answer>): Promise<Answer | Problem> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Problem>((resolve) => {
    timer = setTimeout(() => resolve(createProblem(method)), maxSeconds * 1000);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const createProblem = (method: string): Problem =>
  new Problem(
    'timed_out',
    method === 'GET'
      ? `It takes longer than ${maxSeconds} s. Ask for less at once.`
      : `It takes longer than ${maxSeconds} s, and goes on. Send it again with its Idempotency-Key to get its answer.`,
  );
