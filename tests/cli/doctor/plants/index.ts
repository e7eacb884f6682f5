import { azure, machine } from './azure.ts';
import { account, delivery, directory } from './delivery.ts';
import type { Plant } from './plant.ts';
import { app, workspace } from './workspace.ts';

export const plants: readonly Plant[] = [
  ...machine,
  ...azure,
  ...directory,
  ...delivery,
  ...account,
  ...workspace,
  ...app,
];
