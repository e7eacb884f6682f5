import type { Step } from '../engine.ts';
import { account } from './account.ts';
import { bindings } from './bindings.ts';
import { code, createHold, events, resume } from './code.ts';
import { delivery } from './delivery.ts';
import { directory } from './directory.ts';
import { foundation, grants, infra } from './foundation.ts';
import { firstTables, jobs, tables } from './jobs.ts';
import { lakehouse } from './lakehouse.ts';
import { verify } from './verify.ts';

const hold = createHold([infra, tables, jobs, code, events]);

/** What is deployed, in this order: a person takes all steps, and the pipeline those that need no more than its own rights. */
export const steps: readonly Step[] = [
  foundation,
  hold,
  infra,
  grants,
  directory,
  delivery,
  account,
  lakehouse,
  tables,
  jobs,
  bindings,
  firstTables,
  code,
  events,
  resume,
  verify,
];
