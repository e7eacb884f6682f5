import * as df from 'durable-functions';

df.app.client.http('start', {
  route: 'start/{name}/{id?}',
  methods: ['POST'],
  handler: async (request, client) => {
    const text = await request.text();
    const options = {
      ...(request.params.id ? { instanceId: request.params.id } : {}),
      ...(text ? { input: JSON.parse(text) } : {}),
      ...(request.query.get('version') ? { version: request.query.get('version') } : {}),
    };
    try {
      const id = await client.startNew(request.params.name, options);
      return client.createCheckStatusResponse(request, id);
    } catch (error) {
      return { status: 400, jsonBody: { error: error.message } };
    }
  },
});

const verbs = {
  raise: (client, id, { name, payload }) => client.raiseEvent(id, name, payload),
  terminate: (client, id) => client.terminate(id, 'enough'),
  suspend: (client, id) => client.suspend(id, 'pause'),
  resume: (client, id) => client.resume(id, 'go on'),
  rewind: (client, id) => client.rewind(id, 'again'),
  purge: (client, id) => client.purgeInstanceHistory(id),
  purgeBy: (client, _, { from, statuses }) =>
    client.purgeInstanceHistoryBy({ createdTimeFrom: new Date(from), runtimeStatus: statuses }),
  list: async (client, _, { statuses }) =>
    (await client.getStatusBy({ runtimeStatus: statuses })).map(({ instanceId }) => instanceId),
  all: async (client) => (await client.getStatusAll()).length,
  status: (client, id) => client.getStatus(id, { showInput: true }),
};

df.app.client.http('ask', {
  route: 'ask/{verb}/{id}',
  methods: ['POST'],
  handler: async (request, client) => {
    const text = await request.text();
    try {
      const answer = await verbs[request.params.verb](client, request.params.id, text ? JSON.parse(text) : {});
      return { jsonBody: answer ?? null };
    } catch (error) {
      return { status: 400, jsonBody: { error: error.message } };
    }
  },
});

df.app.client.http('wait', {
  route: 'wait/{id}',
  handler: (request, client) =>
    client.waitForCompletionOrCreateCheckStatusResponse(request, request.params.id, {
      timeoutInMilliseconds: 5000,
      retryIntervalInMilliseconds: 20,
    }),
});
