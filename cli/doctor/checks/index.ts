import type { Check } from '../check.ts';
import { accountChecks } from './account.ts';
import { app } from './app.ts';
import { azure } from './azure.ts';
import { deliveryChecks } from './delivery.ts';
import { machine } from './machine.ts';
import { stepChecks } from './steps.ts';
import { workspace } from './workspace.ts';

/** What costs least comes first. */
export const checks: readonly Check[] = [
  ...machine,
  ...azure,
  ...accountChecks,
  ...stepChecks,
  ...deliveryChecks,
  ...workspace,
  ...app,
];
