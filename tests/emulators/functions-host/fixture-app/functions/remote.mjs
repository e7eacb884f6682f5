import * as df from 'durable-functions';

/** Launches a job of the workspace with the instance's own id as token: asking again answers the same run. */
df.app.orchestration('remote', function* (context) {
  const retry = new df.RetryOptions(300, 200);
  retry.backoffCoefficient = 1;
  const token = context.df.instanceId;
  const { job } = context.df.getInput();
  const first = yield context.df.callActivityWithRetry('launch', retry, { job, token });
  const again = yield context.df.callActivityWithRetry('launch', retry, { job, token });
  return { first, again };
});

df.app.activity('launch', {
  handler: async ({ job, token }) => {
    const { WORKSPACE, WORKSPACE_TOKEN } = process.env;
    const response = await fetch(`${WORKSPACE}/api/2.2/jobs/run-now`, {
      method: 'POST',
      headers: { authorization: `Bearer ${WORKSPACE_TOKEN}` },
      body: JSON.stringify({ job_id: job, idempotency_token: token, queue: { enabled: true } }),
      signal: AbortSignal.timeout(5000),
    });
    if (!response.ok) throw new Error(`The workspace answered ${response.status}.`);
    return (await response.json()).run_id;
  },
});
