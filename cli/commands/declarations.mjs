// What each command is called, what it does, and which arguments it takes. Parsing, `--help` and docs/cli.md read this one
// declaration. Plain JavaScript without packages: `--help` answers before anything is installed.
import { deploy, doctor } from './deployment.mjs';

const home = /** @type {const} */ ({
  type: 'string',
  value: 'DIR',
  default: '.local',
  summary: 'The folder that keeps the state of the local stack.',
});

export const commands = /** @type {const} */ ({
  start: {
    call: 'npm start',
    summary:
      'Starts the local stack and the operator, lands the sample files of the project, and shows what becomes of them.',
    details:
      'Installs what is missing first. Then it watches the landing zone until Ctrl-C. The next start continues with the same state, also after a crash.',
    options: {
      once: {
        type: 'boolean',
        default: false,
        summary:
          'End when nothing is left to do. The exit code is 1 if the last run was blocked or failed, or if the pipeline or a stream stands still.',
      },
      project: {
        type: 'string',
        value: 'DIR',
        default: 'projects/fitness',
        summary: 'The folder of the lakehouse: its contracts, functions and samples.',
      },
      empty: { type: 'boolean', default: false, summary: 'Land no sample files.' },
      port: {
        type: 'string',
        value: 'N',
        default: '7071',
        summary: 'Port of the page and the API; 0 picks a free one.',
      },
      sweep: {
        type: 'string',
        value: 'CRON',
        default: '*/10 * * * * *',
        summary: 'When the sweep looks for files without an event: six fields, beginning with seconds.',
      },
      'no-events': {
        type: 'boolean',
        default: false,
        summary: 'Send no events, so that only the sweep registers files.',
      },
      streaming: {
        type: 'boolean',
        default: false,
        summary: 'Build all layers with jobs that are always on, instead of one run per batch.',
      },
      strict: {
        type: 'boolean',
        default: false,
        summary: 'Let jobs run under the restrictions of serverless compute and of volumes, which is slower.',
      },
      faults: {
        type: 'string',
        value: 'FILE',
        summary: 'Let calls, events and processes fail on purpose, as in examples/faults.json.',
      },
      home,
    },
    example: 'npm start -- --once',
  },
  land: {
    call: 'npm run land',
    summary: 'Puts files into the landing zone of the running local stack.',
    arguments: { name: 'FILE', min: 1, max: Infinity, summary: 'Files to land. At least one file is needed.' },
    options: {
      dataset: { type: 'string', value: 'NAME', required: true, summary: 'The dataset that the files belong to.' },
      overwrite: { type: 'boolean', default: false, summary: 'Also land a file whose name is there already.' },
      home,
    },
    example: 'npm run land -- --dataset NAME FILE.csv',
  },
  sql: {
    call: 'npm run sql',
    summary: 'Runs one SQL statement on the running local stack and prints the rows.',
    arguments: { name: 'STATEMENT', min: 1, max: 1, summary: 'One statement is needed, in quotes.' },
    options: {
      format: {
        type: 'string',
        choices: ['table', 'csv', 'json'],
        default: 'table',
        summary:
          'How rows are printed. CSV has a header line. Nothing else is written to stdout. Numbers have all their digits and times all their decimals, in UTC.',
      },
      as: {
        type: 'string',
        choices: ['developer', 'analyst', 'privacy-officer', 'operator'],
        default: 'developer',
        summary: 'Whose rights and masks apply.',
      },
      home,
    },
    example: 'npm run sql -- --as analyst "SELECT * FROM gold.TABLE"',
  },
  status: {
    call: 'npm run status',
    summary: 'Shows the status of the operator, its files, streams and current release.',
    options: {
      wait: {
        type: 'boolean',
        default: false,
        summary:
          'Return when nothing is pending or running. The exit code is 1 if the last run was blocked or failed, or if the pipeline or a stream stands still.',
      },
      json: { type: 'boolean', default: false, summary: 'Print one JSON object.' },
      home,
    },
    example: 'npm run status -- --wait',
  },
  diff: {
    call: 'npm run diff',
    summary: 'Shows what differs between two releases, by table and column.',
    arguments: {
      name: 'RELEASE',
      min: 0,
      max: 2,
      summary:
        'The release to begin with, and the one to compare it with. current is what readers see. staged is what they would see if nothing was blocked.',
      default: 'current staged',
    },
    options: {
      json: { type: 'boolean', default: false, summary: 'Print one JSON object, with some of the rows.' },
      home,
    },
    example: 'npm run diff -- current staged',
  },
  catalog: {
    call: 'npm run catalog',
    summary: 'Compares the catalog with the contracts, or changes it to match them.',
    arguments: {
      name: 'ACTION',
      choices: ['plan', 'apply'],
      min: 1,
      max: 1,
      summary: 'plan prints the differences; apply carries them out. One of the two is needed.',
    },
    options: {
      env: {
        type: 'string',
        value: 'NAME',
        default: 'local',
        summary: 'The environment, by the name of its file in environments/; local is the running local stack.',
      },
      project: { type: 'string', value: 'DIR', summary: 'Another project than that of the environment.' },
      'allow-destructive': { type: 'boolean', default: false, summary: 'Also apply what loses rows or columns.' },
      json: { type: 'boolean', default: false, summary: 'Print one JSON object.' },
      home,
    },
    example: 'npm run catalog -- plan',
  },
  deploy,
  doctor,
  test: {
    call: 'npm test',
    summary: 'Runs all tests except the slow ones, or the test files that are named.',
    arguments: { name: 'FILE', min: 0, max: Infinity, summary: 'Test files or folders to run; slow files, too.' },
    options: {},
    example: 'npm test -- tests/medallion',
  },
  check: {
    call: 'npm run check',
    summary:
      'Checks format, lint, types, import rules, dead code and generated files, then runs all tests except the slow ones.',
    options: {
      statics: { type: 'boolean', default: false, summary: 'Run no tests.' },
      long: { type: 'boolean', default: false, summary: 'Also run the slow tests, which take about an hour.' },
    },
    example: 'npm run check -- --statics',
  },
  bench: {
    call: 'npm run bench',
    summary: 'Measures every figure of docs/performance.md beside a peer, in one to three hours.',
    arguments: {
      name: 'MEASURE',
      choices: [
        'set-1',
        'strict',
        'readings-100k',
        'readings-1m',
        'readings-5m',
        'bronze',
        'small-batch',
        'touched-keys',
        'growth',
        'gates',
        'burst',
        'faults',
        'streaming',
        'recovery',
        'orchestrations',
        'registry',
      ],
      min: 0,
      max: Infinity,
      summary: 'Take only these measures.',
    },
    options: {},
    example: 'npm run bench -- growth',
  },
  generate: {
    call: 'npm run generate',
    summary:
      'Writes the files that follow from others: schemas, hashes, the data dictionary, the targets of the bundle and this reference.',
    options: {
      check: {
        type: 'boolean',
        default: false,
        summary: 'Write nothing. The exit code is 1 if a file is out of date.',
      },
      'same-results': {
        type: 'boolean',
        default: false,
        summary: 'The code that all tables share has changed, and computes the same rows. No table becomes stale.',
      },
      'new-results': {
        type: 'boolean',
        default: false,
        summary: 'The code that all tables share has changed, and computes other rows. Every table becomes stale.',
      },
    },
    example: 'npm run generate',
  },
});
