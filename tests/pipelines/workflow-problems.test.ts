import { beforeAll, describe, expect, it } from 'vitest';
import { type Linter, lintWorkflows, startLinter } from './lint-workflows.ts';
import {
  findWorkflowProblems,
  readWorkflows,
  type WorkflowFile,
  type WorkflowFiles,
  type WorkflowJob,
} from './workflow-problems.ts';

const getFile = (files: WorkflowFiles, name: string) => files[`./.github/workflows/${name}.yml`] as WorkflowFile;
const getJob = (files: WorkflowFiles, name: string, job: string) => getFile(files, name).jobs[job] as WorkflowJob;
const expression = (text: string) => `$\{{ ${text} }}`;

const plants: Record<string, { plant: (files: WorkflowFiles) => void; problem: string }> = {
  'a key of a workflow that nobody knows': {
    plant: (files) => Object.assign(getFile(files, 'deploy'), { permission: {} }),
    problem: 'unexpected key "permission"',
  },
  'a key of a job that nobody knows': {
    plant: (files) => Object.assign(getJob(files, 'environment', 'deploy'), { need: 'plan' }),
    problem: 'unexpected key "need"',
  },
  'a key of a step that nobody knows': {
    plant: (files) => Object.assign(getJob(files, 'validate', 'check').steps?.[0] ?? {}, { where: 'here' }),
    problem: 'unexpected key "where"',
  },
  'a job that needs one that is gone': {
    plant: (files) => delete getFile(files, 'deploy').jobs['test'],
    problem: 'needs job "test" which does not exist',
  },
  'no permissions': {
    plant: (files) => delete getFile(files, 'validate').permissions,
    problem: 'does not say which permissions',
  },
  'all permissions': {
    plant: (files) => Object.assign(getFile(files, 'deploy'), { permissions: 'write-all' }),
    problem: 'does not say which permissions',
  },
  'a permission to write': {
    plant: (files) => Object.assign(getFile(files, 'validate').permissions ?? {}, { contents: 'write' }),
    problem: "has the permission 'contents: write'",
  },
  'an input that is not declared': {
    plant: (files) => Object.assign(getJob(files, 'environment', 'plan'), { if: expression('inputs.isPlanned') }),
    problem: 'property "isplanned" is not defined',
  },
  'a text of whoever asks for a merge': {
    plant: (files) =>
      getJob(files, 'validate', 'check').steps?.push({ run: `echo ${expression('github.event.pull_request.title')}` }),
    problem: "reads 'github.event.pull_request.title'",
  },
  'an input of a person in a script': {
    plant: (files) =>
      Object.assign(getFile(files, 'deploy').jobs, {
        say: {
          'runs-on': 'ubuntu-24.04',
          'timeout-minutes': 1,
          steps: [{ run: `echo ${expression('inputs.rollBackTo')}` }],
        },
      }),
    problem: "runs 'inputs.rollBackTo'",
  },
  'an input of a person that is handed on to a script': {
    plant: (files) =>
      Object.assign(getJob(files, 'deploy', 'prod').with ?? {}, { options: expression('inputs.rollBackTo') }),
    problem: "lets somebody write a script by 'options'",
  },
  'a secret': {
    plant: (files) =>
      Object.assign(getJob(files, 'environment', 'plan').steps?.[0]?.env ?? {}, { KEY: expression('secrets.KEY') }),
    problem: "reads 'secrets.KEY'",
  },
  'an action that floats': {
    plant: (files) => getJob(files, 'validate', 'check').steps?.push({ uses: 'actions/checkout@main' }),
    problem: "uses 'actions/checkout@main'",
  },
  'an action of a stranger': {
    plant: (files) => getJob(files, 'validate', 'check').steps?.push({ uses: 'somebody/checkout@v5' }),
    problem: "uses 'somebody/checkout@v5'",
  },
  'a step that does two things': {
    plant: (files) => Object.assign(getJob(files, 'validate', 'check').steps?.[0] ?? {}, { run: 'true' }),
    problem: 'this step is for running action',
  },
  'a job without an end': {
    plant: (files) => delete getJob(files, 'validate', 'check')['timeout-minutes'],
    problem: "has no 'timeout-minutes'",
  },
  'a workflow that is not there': {
    plant: (files) => Object.assign(getJob(files, 'deploy', 'dev'), { uses: './.github/workflows/env.yml' }),
    problem: "calls './.github/workflows/env.yml', which is not there",
  },
  'an input that is missing': {
    plant: (files) => delete getJob(files, 'deploy', 'dev').with?.['runner'],
    problem: "does not hand over 'runner'",
  },
  'an input too many': {
    plant: (files) => Object.assign(getJob(files, 'deploy', 'dev').with ?? {}, { runners: 'two' }),
    problem: "hands over 'runners', which is no input",
  },
};

let lint: Linter;
beforeAll(async () => {
  lint = await startLinter();
});
const findProblems = (files: WorkflowFiles) => [...findWorkflowProblems(files), ...lintWorkflows(lint, files)];

describe('the workflow files', () => {
  it('have nothing that the linter finds, nor what it does not look for', () => {
    expect(Object.keys(readWorkflows())).toHaveLength(3);
    expect(findProblems(readWorkflows())).toEqual([]);
  });

  it.for(Object.entries(plants))('are refused with %s', ([, { plant, problem }]) => {
    const files = structuredClone(readWorkflows());
    plant(files);
    expect(findProblems(files).join('\n')).toContain(problem);
  });
});
