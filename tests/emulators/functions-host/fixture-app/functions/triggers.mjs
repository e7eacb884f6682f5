import { createRequire } from 'node:module';
import { app } from '@azure/functions';
import { note } from './trace.mjs';

// Required and not imported: the package has two builds, and the library looks into the one for require.
const { ResourceFactoryResolver } = createRequire(import.meta.url)('@azure/functions-extensions-base');

ResourceFactoryResolver.getInstance().registerResourceFactory('AzureStorageBlobs', (reference) => ({
  ...reference,
  content: JSON.parse(Buffer.from(reference.content).toString('utf8')),
}));

app.hook.appStart(() => note({ hook: 'appStart' }));
app.hook.preInvocation((context) => {
  context.hookData.startedBy = 'hook';
});
app.hook.postInvocation((context) => {
  if (context.error)
    note({ hook: 'postInvocation', error: String(context.error), startedBy: context.hookData.startedBy });
});

app.http('hello', {
  route: 'hello/{name?}',
  methods: ['GET', 'POST'],
  handler: async (request, context) => {
    context.log(`hello ${request.params.name}`);
    return {
      status: 201,
      headers: { 'x-q': request.query.get('q') ?? '', 'x-custom': request.headers.get('x-custom') ?? '' },
      cookies: [{ name: 'c', value: '1', sameSite: 'Lax', path: '/', httpOnly: true, maxAge: 60 }],
      jsonBody: { name: request.params.name ?? null, body: request.method === 'POST' ? await request.json() : null },
    };
  },
});

const says = (name) => ({
  methods: ['GET'],
  handler: (request) => ({ jsonBody: { route: name, params: request.params } }),
});
app.http('items', { ...says('literal'), route: 'items/latest' });
app.http('itemsNumber', { ...says('constrained'), route: 'items/{id:int}' });
app.http('itemsAny', { ...says('parameter'), route: 'items/{id}' });
app.http('itemsRest', { ...says('rest'), route: 'items/{*path}' });
app.http('mixed', { ...says('mixed'), route: 'files/{name:length(2,4)}.{extension:regex(^csv|json$)}' });
app.http('guarded', { ...says('guarded'), route: 'guarded', authLevel: 'function' });
app.http('bytes', {
  methods: ['POST'],
  handler: async (request) => ({ body: Buffer.from(await request.arrayBuffer()).reverse() }),
});
app.http('nothing', { handler: () => undefined });
app.http('fails', {
  handler: () => {
    throw new Error('secret of the inside');
  },
});
app.http('throwsText', {
  handler: () => {
    throw 'just a text';
  },
});
app.http('environment', {
  handler: () => ({
    jsonBody: {
      hub: process.env.TASK_HUB,
      hostname: process.env.WEBSITE_HOSTNAME,
      pid: process.pid,
      runtime: process.env.FUNCTIONS_WORKER_RUNTIME,
    },
  }),
});
app.http('exit', { handler: () => process.exit(3) });
app.http('loop', {
  handler: () => {
    for (;;);
  },
});

app.timer('often', {
  schedule: '%OFTEN%',
  handler: (timer) => note({ function: 'often', isPastDue: timer.isPastDue, next: timer.scheduleStatus.next }),
});
app.timer('atStart', { schedule: '0 0 3 1 1 *', runOnStartup: true, handler: () => note({ function: 'atStart' }) });
app.timer('yearly', {
  schedule: '0 0 3 1 jan *',
  handler: (timer) => note({ function: 'yearly', isPastDue: timer.isPastDue }),
});

app.storageBlob('landed', {
  path: 'landing/{dataset}/{file}',
  connection: 'LAKE',
  source: 'EventGrid',
  sdkBinding: true,
  handler: (blob, context) => {
    note({ function: 'landed', blob, metadata: context.triggerMetadata });
    if (blob.content.BlobName.includes('bad')) throw new Error('bad blob');
  },
});

app.eventGrid('renamed', {
  handler: (event) => {
    if (event.subject === '/broken') throw new Error('The event is broken on purpose.');
    note({ function: 'renamed', subject: event.subject });
  },
});
