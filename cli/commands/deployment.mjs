// The commands that make an environment in Azure and Databricks, and look after it.
const env = /** @type {const} */ ({
  type: 'string',
  value: 'NAME',
  required: true,
  summary: 'The environment, by the name of its file in environments/.',
});

export const deploy = /** @type {const} */ ({
  call: 'npm run deploy',
  summary: 'Makes an environment in Azure and Databricks what its file and the release say.',
  details:
    'It asks the services what is there and changes what differs. It may be killed at any moment and run again. Who lacks a right learns who has it, and which step that person runs.',
  options: {
    env,
    plan: {
      type: 'boolean',
      default: false,
      summary:
        'Change nothing. Print what would change, and what the environment costs. The exit code is 1 if data would be lost.',
    },
    only: { type: 'string', value: 'STEP', summary: 'Take one step. An unknown name prints all of them.' },
    from: { type: 'string', value: 'STEP', summary: 'Begin with this step.' },
    destroy: {
      type: 'boolean',
      default: false,
      summary: 'Take the environment down. This is refused where the catalog holds data.',
    },
    'with-data': { type: 'string', value: 'NAME', summary: 'Destroy the data of the environment of this name, too.' },
    'roll-back': {
      type: 'boolean',
      default: false,
      summary: 'Deploy an older release. What it does not know of tables stays, and is told.',
    },
    patience: {
      type: 'string',
      value: 'MINUTES',
      default: '45',
      summary: 'How long to wait for runs, and for the integration test.',
    },
  },
  example: 'npm run deploy -- --env test --plan',
});

export const doctor = /** @type {const} */ ({
  call: 'npm run doctor',
  summary: 'Looks at everything that an environment needs, and says what is wrong and which command mends it.',
  details:
    'It reads only. The exit code is 1 if there is something to mend, and 2 if something could not be looked at.',
  options: {
    env,
    only: {
      type: 'string',
      value: 'GROUP',
      summary: 'Look at one group of checks. An unknown name prints all of them.',
    },
    json: { type: 'boolean', default: false, summary: 'Print one JSON object.' },
  },
  example: 'npm run doctor -- --env test',
});
