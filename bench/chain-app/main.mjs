// An app without a domain: what it costs is what the host costs.
import { setTimeout as sleep } from 'node:timers/promises';
import * as df from 'durable-functions';

df.app.activity('wait', { handler: (milliseconds) => sleep(milliseconds, milliseconds) });

df.app.orchestration('chain', function* (context) {
  let sum = 0;
  for (let milliseconds = 1; milliseconds <= context.df.getInput().activities; milliseconds += 1)
    sum += yield context.df.callActivity('wait', milliseconds);
  return sum;
});

df.app.client.http('start', {
  route: 'start/{id}',
  methods: ['POST'],
  handler: async (request, client) => {
    await client.startNew('chain', { instanceId: request.params.id, input: await request.json() });
    return { status: 202 };
  },
});
