// Which folder may import which. Every folder has one rule, and every rule says why in one sentence.

/** All folders that hold code. Rules, checks and tests read this one list. */
export const folders = [
  'functions',
  'orchestrations',
  'operations',
  'medallion',
  'cloud',
  'environments',
  'cli',
  'emulators',
  'tools',
  'bench',
  'tests',
];

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const only = (...allowed) => ({ pathNot: allowed });
const zod = 'node_modules/zod/';
const hashing = '^(node:)?crypto$';
const builtin = '^(node:)?[a-z_/]+$';
const packages = 'node_modules/';

export default {
  forbidden: [
    rule('no-circles', 'Two files that need each other are one file.', {}, { circular: true }),
    rule(
      'medallion-is-pure',
      'The domain means the same everywhere, so it knows schemas and hashing, and no other folder.',
      { path: '^medallion/' },
      only('^medallion/', zod, hashing),
    ),
    rule(
      'operations-know-ports-only',
      'A use case knows ports and the domain: no HTTP, no durable engine, no SDK, so that every caller can share it.',
      { path: '^operations/' },
      only('^operations/', '^medallion/', zod, hashing),
    ),
    rule(
      'orchestrators-only-decide',
      'An orchestrator sees nothing but its history: whatever it touches, it touches through activities.',
      { path: '^orchestrations/(?!activities/)' },
      only('^orchestrations/', '^medallion/', zod, 'node_modules/durable-functions/'),
    ),
    rule(
      'activities-adapt-operations',
      'An activity parses, calls one operation and parses again. What two activities share is an operation.',
      { path: '^orchestrations/activities/([^/]+)' },
      only('^orchestrations/activity\\.ts$', '^orchestrations/activities/$1', '^operations/', '^medallion/', zod),
    ),
    rule(
      'entry-points-call-operations',
      'A trigger or a route starts work; how the work is done is an operation, and who does it is an orchestration.',
      { path: '^functions/(triggers|http)/' },
      only(
        '^functions/(triggers|http)/',
        '^operations/',
        '^medallion/',
        '^orchestrations/names\\.ts$',
        builtin,
        zod,
        'node_modules/(@azure/functions|@azure/functions-extensions-base|durable-functions)/',
      ),
    ),
    rule(
      'routes-are-independent',
      'A route that imports another route hides an operation between them.',
      { path: '^functions/http/routes/([^/]+)$', pathNot: '/index\\.ts$' },
      { path: '^functions/http/routes/', pathNot: '/$1$' },
    ),
    rule(
      'register-lists-the-app',
      'The table of contents names what there is; it reads no environment and opens no connection.',
      { path: '^functions/register\\.ts$' },
      only('^functions/', '^orchestrations/', '^medallion/', packages),
    ),
    rule(
      'main-is-the-only-composition-root',
      'One place of the app binds ports to services, so that tests can hand in others.',
      { path: '^functions/', pathNot: '^functions/main\\.ts$' },
      { path: '^(cloud|environments)/' },
    ),
    rule(
      'cloud-translates',
      'An adapter translates between a service and the domain; it decides nothing.',
      { path: '^cloud/' },
      only('^cloud/', '^medallion/', '^environments/', builtin, packages),
    ),
    rule(
      'environments-are-data',
      'An environment is read before anything else is there.',
      { path: '^environments/' },
      only('^environments/', '^medallion/(groups|tuning)\\.ts$', builtin, zod),
    ),
    rule(
      'commands-speak-over-the-wire',
      'A command sees the app as any user does: over HTTP, the storage client and the SQL driver.',
      { path: '^cli/(?!catalog/)' },
      only('^cli/', '^medallion/', '^environments/', '^emulators/shared/', builtin, packages),
    ),
    rule(
      'catalog-command-uses-operations',
      'The catalog is planned and applied by the same code for a person and for the deployment.',
      { path: '^cli/catalog/' },
      only(
        '^cli/',
        '^medallion/',
        '^environments/',
        '^emulators/shared/',
        '^cloud/',
        '^operations/',
        builtin,
        packages,
      ),
    ),
    rule(
      'emulators-know-nothing-of-the-product',
      'An emulator that shares code with the app agrees with its mistakes.',
      { path: '^emulators/' },
      only('^emulators/', builtin, packages),
    ),
    rule(
      'emulators-are-independent',
      'Each emulator can be used alone; what two of them need is shared.',
      { path: '^emulators/(?!shared/)([^/]+)/' },
      { path: '^emulators/', pathNot: '^emulators/($1|shared)/' },
    ),
    rule(
      'shared-knows-no-emulator',
      'What emulators share is below all of them.',
      { path: '^emulators/shared/' },
      { path: '^emulators/(?!shared/)' },
    ),
    rule(
      'tools-read-contracts',
      'What is generated follows from contracts, environments and declared commands, and from nothing that runs.',
      { path: '^tools/' },
      only(
        '^tools/',
        '^medallion/',
        '^environments/',
        '^cloud/project-files\\.ts$',
        '^cli/commands/',
        '^\\.dependency-cruiser\\.mjs$',
        builtin,
        packages,
      ),
    ),
    rule(
      'declared-commands-need-nothing',
      'Help is printed and mistakes are found before anything is installed.',
      { path: '^cli/commands/' },
      only('^cli/commands/', builtin),
    ),
    rule(
      'benchmarks-measure-from-outside',
      'A figure is measured through what users have; only calls on the registry are measured one by one.',
      { path: '^bench/' },
      only(
        '^bench/',
        '^medallion/',
        '^environments/',
        '^cloud/(project-files\\.ts$|table-storage/)',
        '^operations/intake/',
        '^cli/',
        '^emulators/',
        builtin,
        packages,
      ),
    ),
    rule(
      'nobody-imports-tests',
      'Tests are deleted and rewritten freely.',
      { pathNot: '^tests/' },
      { path: '^tests/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
