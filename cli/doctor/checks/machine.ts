import { readdirSync } from 'node:fs';
import path from 'node:path';
import { findSharedStores, listOtherEnvironments } from '../../deployment/stores.ts';
import { type Check, getKey, type Problem } from '../check.ts';

const folder = path.resolve(import.meta.dirname, '../../../environments');

/** By the names of their contracts. */
const listDatasets = (project: string): string[] =>
  readdirSync(path.resolve(folder, '..', project, 'landing')).map((file) => path.parse(file).name);

/** The oldest version that each program may have, and how to get it. */
const wanted = [
  { program: 'node', version: '24.0.0', cure: 'install Node 24' },
  { program: 'az', version: '2.76.0', cure: 'install Azure CLI 2.76, then: az login' },
  { program: 'bicep', version: '0.49.2', cure: 'az bicep install --version v0.49.2' },
  { program: 'databricks', version: '1.12.1', cure: 'install the Databricks CLI 1.12.1' },
] as const;

/** 1.9.0 is older than 1.12.0. */
export function isOlder(version: string, other: string): boolean {
  const parts = version.split('.').map(Number);
  const others = other.split('.').map(Number);
  const at = others.findIndex((part, place) => part !== parts[place]);
  return at !== -1 && (parts[at] ?? 0) < (others[at] ?? 0);
}

/** First and last address of a network. */
function toRange(network: string): readonly [number, number] {
  const [address = '', bits = '0'] = network.split('/');
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return [first, first + 2 ** (32 - Number(bits)) - 1];
}

function overlap(network: string, other: string): boolean {
  const [first, last] = toRange(network);
  const [otherFirst, otherLast] = toRange(other);
  return first <= otherLast && otherFirst <= last;
}

export const machine: readonly Check[] = [
  {
    group: 'machine',
    name: 'programs',
    why: 'a deployment calls them, and older ones know other words',
    look: async ({ ports }) => {
      const versions = await ports.programs.readVersions();
      return wanted.flatMap(({ cure, program, version }): Problem[] => {
        const current = versions[program];
        if (current === undefined) return [{ what: `'${program}' is not installed`, cure }];
        return isOlder(current, version)
          ? [{ what: `'${program}' is ${current}, and has to be ${version}`, cure }]
          : [];
      });
    },
  },
  {
    group: 'machine',
    name: 'address spaces',
    why: 'networks that share addresses can never be peered',
    look: async (context) => {
      const { addressSpace } = context.deployment;
      return listOtherEnvironments(context.environment)
        .filter(({ deployment }) => deployment && overlap(addressSpace, deployment.addressSpace))
        .map(({ name }) => ({
          what: `'${addressSpace}' overlaps with the network of '${name}'`,
          cure: getKey(context, 'deployment.addressSpace'),
        }));
    },
  },
  {
    group: 'machine',
    name: 'stores',
    why: 'two environments with one store overwrite each other',
    look: async (context) =>
      findSharedStores(context.environment).map(({ key, other, store }) => ({
        what: `'${store}' belongs to '${other}', too`,
        cure: getKey(context, key),
      })),
  },
  {
    group: 'machine',
    name: 'producers',
    why: 'a producer may only write into the folders of datasets, and each dataset has one',
    look: async (context) => {
      const { project } = context.environment;
      const datasets = listDatasets(project);
      return context.deployment.producers.flatMap(({ datasets: named, name }) =>
        named
          .filter((dataset) => !datasets.includes(dataset))
          .map((dataset) => ({
            what: `'${name}' lands files of '${dataset}', which '${project}' does not know`,
            cure: getKey(context, 'deployment.producers'),
          })),
      );
    },
  },
  {
    group: 'machine',
    name: 'people',
    why: 'an app role without a group has nobody, and an alert without an address reaches nobody',
    look: async (context) => {
      const { alerts, people } = context.deployment;
      const roles = (['reader', 'operator', 'privacy', 'onDuty'] as const).filter((role) => people[role] === undefined);
      return [
        ...roles.map((role) => ({
          what: `nobody is '${role}'`,
          cure: getKey(context, `deployment.people.${role}`),
        })),
        ...(alerts.email.endsWith('@example.com')
          ? [{ what: `alerts go to '${alerts.email}'`, cure: getKey(context, 'deployment.alerts.email') }]
          : []),
      ];
    },
  },
];
