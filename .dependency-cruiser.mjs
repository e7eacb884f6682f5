// The arrows of the house. Each forbidden import says why in one sentence.
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const not = (...allowed) => ({ pathNot: allowed });

export default {
  forbidden: [
    rule('no-circles', 'Two files that need each other are one file.', {}, { circular: true }),
    rule(
      'medallion-is-pure',
      'The words of the domain mean the same everywhere: they know zod and hashing, and no other room.',
      { path: '^medallion/' },
      not('^medallion/', 'node_modules/zod/', '^crypto$', '^node:crypto$'),
    ),
    rule(
      'orchestrations-only-decide',
      'What an orchestration touches it touches through activities; their world is handed in.',
      { path: '^orchestrations/' },
      not('^orchestrations/', '^medallion/', 'node_modules/zod/', 'node_modules/durable-functions/'),
    ),
    rule(
      'orchestrators-do-not-perform',
      'An orchestrator names activities; it never reaches for what they are made of.',
      { path: '^orchestrations/activities/' },
      { path: '^orchestrations/(?!activities/|activity\\.ts)' },
    ),
    rule(
      'cloud-knows-only-the-words',
      'Adapters translate between the world and the domain; they do not decide.',
      { path: '^cloud/' },
      { path: '^(functions|orchestrations|local|tests)/' },
    ),
    rule(
      'only-the-root-binds-the-world',
      'One place wires adapters to activities, so that tests can hand in another world.',
      { path: '^functions/', pathNot: '^functions/main\\.ts$' },
      { path: '^cloud/' },
    ),
    rule(
      'nobody-depends-on-local',
      'The stand-ins are never deployed.',
      { path: '^(functions|orchestrations|medallion|cloud|environments)/' },
      { path: '^(local|tools|tests)/' },
    ),
    rule(
      'local-speaks-over-the-wire',
      'A stand-in that shared code with the app would agree with its mistakes. Derived files are made from contracts.',
      { path: '^local/', pathNot: '^local/setup/' },
      { path: '^(functions|orchestrations|cloud)/' },
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
