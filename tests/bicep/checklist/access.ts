import { principals } from '../cli.ts';
import {
  at,
  type Compiled,
  type EnvironmentName,
  environments,
  type Item,
  ofType,
  type Resource,
  resourcesOf,
} from '../compiled.ts';

/** Known here by themselves, so that a wrong id in the templates is a difference. */
const roleNames: Record<string, string> = {
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Blob Data Owner',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Blob Data Contributor',
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': 'Blob Data Reader',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Queue Data Contributor',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Table Data Contributor',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  'b24988ac-6180-42a0-ab88-20f7382dd24c': 'Contributor',
};

const matrix = `
operator   Blob Data Owner              medallionhostENV but packages
operator   Queue Data Contributor       medallionhostENV
operator   Table Data Contributor       medallionhostENV
operator   Blob Data Reader             medallionlandingENV/landing
operator   Blob Data Contributor        medallionlakeENV/control
operator   Blob Data Reader             medallionlakeENV/records
operator   Monitoring Metrics Publisher appi-medallion-ENV
packages   Blob Data Contributor        medallionhostENV/packages
connector  Blob Data Contributor        medallionlandingENV
connector  Blob Data Contributor        medallionlakeENV
topic      Blob Data Contributor        medallionhostENV/deadletters
pipeline   Contributor                  rg-medallion-ENV
pipeline   Sets locks                   rg-medallion-ENV
plan       Plans                        rg-medallion-ENV
`
  .trim()
  .split('\n')
  .map((line) => line.split(/ {2,}| (?=(?:appi|medallion|rg)-?\S*$)/).join(' | '));

/** Owner, user access administrator and role based access administrator. */
const givers = [
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
];

const assignments = (compiled: Compiled) => [...ofType(compiled, 'Microsoft.Authorization/roleAssignments')];

/** A line of the matrix, as an assignment of a template says it. */
function lineOf(compiled: Compiled, assignment: ReturnType<typeof assignments>[number]): string {
  const principal = findPrincipal(assignment);
  const role = String(at(assignment, 'properties.roleDefinitionId')).split('/').at(-1) ?? '';
  const own = resourcesOf(compiled, assignment.environment).find(({ name }) => name === role);
  const scope = assignment.id.split('/providers/Microsoft.Authorization/')[0] ?? '';
  const parts = scope.split('/').filter((each, place) => place % 2 === 0 && each !== 'default');
  const where = scope.includes('/containers/') ? parts.slice(-2).join('/') : parts.at(-1);
  const custom = String(at(own, 'properties.roleName')).replace(/ in .*/, '');
  return [principal, roleNames[role] ?? custom, `${where}${readExclusion(assignment)}`].join(' | ');
}

const findPrincipal = (resource: Resource): string | undefined =>
  Object.keys(principals).find((name) => principals[name] === at(resource, 'properties.principalId'));

/** The container in which nothing may be changed, as the condition of an assignment says it. */
function readExclusion(resource: Resource): string {
  const condition = String(at(resource, 'properties.condition') ?? '');
  const isAboutChanges = ['write', 'add/action', 'delete', 'move/action', 'runAsSuperUser/action'].every((action) =>
    condition.includes(`!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/${action}'})`),
  );
  const container = /OR \(@Resource\[\S+containers:name\] StringNotEquals '(\w+)'\)\)$/.exec(condition)?.[1];
  return isAboutChanges && container ? ` but ${container}` : '';
}

const wanted = (environment: EnvironmentName) => matrix.map((line) => line.replace('ENV', environment));

function first(compiled: Compiled, environment: EnvironmentName, type: string) {
  const found = resourcesOf(compiled, environment).find((each) => each.type === type);
  if (!found?.properties) throw new Error(`'${environment}' has no '${type}'.`);
  return found as { id: string; name: string; properties: Record<string, unknown> };
}

const assignment = (compiled: Compiled) => first(compiled, 'prod', 'Microsoft.Authorization/roleAssignments');

const isTester = ({ name }: Pick<Resource, 'name'>) => name.startsWith('id-tester');

const listTesters = (compiled: Compiled) =>
  environments.filter((environment) => resourcesOf(compiled, environment).some(isTester));

export const access: Item[] = [
  {
    item: 20,
    says: 'everybody may do what the identity matrix says, there and nowhere else',
    offenders: (compiled) =>
      environments.flatMap((environment) => {
        const found = assignments(compiled)
          .filter((each) => each.environment === environment)
          .map((each) => lineOf(compiled, each));
        return [
          ...found.filter((line) => !wanted(environment).includes(line)).map((line) => `too much: ${line}`),
          ...wanted(environment)
            .filter((line) => !found.includes(line))
            .map((line) => `missing: ${line}`),
        ];
      }),
    plants: {
      'an owner at run time': (compiled) => {
        const found = compiled.snapshots.prod.grants.resources.find(({ type }) => type.endsWith('/roleAssignments'));
        Object.assign(found?.properties ?? {}, {
          roleDefinitionId: '/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
        });
      },
      'a container that became an account': ({ snapshots }) => {
        const { resources } = snapshots.prod.grants;
        const at = resources.findIndex(
          ({ id, type }) => type.endsWith('/roleAssignments') && id.includes('/containers/'),
        );
        const found = resources[at];
        if (found) resources[at] = { ...found, id: found.id.replace(/\/blobServices\/default\/containers\/\w+/, '') };
      },
      'a role for a whole subscription': ({ snapshots }) => {
        const { resources } = snapshots.dev.grants;
        const at = resources.findIndex(({ id, type }) => type.endsWith('/roleAssignments') && id.includes('.Storage'));
        const found = resources[at];
        if (found)
          resources[at] = {
            ...found,
            id: found.id.replace(/\/resourceGroups\/.*?\/providers\/Microsoft.Storage[^P]*/, '/'),
          };
      },
      'an operator that may change its own code': (compiled) => {
        const owner = compiled.snapshots.prod.grants.resources.find((each) => at(each, 'properties.condition'));
        delete owner?.properties?.['condition'];
      },
      'a role that is gone': ({ snapshots }) => {
        const { resources } = snapshots.test.grants;
        resources.splice(
          resources.findIndex(({ type }) => type.endsWith('/roleAssignments')),
          1,
        );
      },
    },
  },
  {
    item: 21,
    says: 'each assignment says what it is given to, and has a name that is the same every time',
    offenders: (compiled) => [
      ...assignments(compiled)
        .filter(
          (each) => at(each, 'properties.principalType') !== 'ServicePrincipal' || !/^[0-9a-f-]{36}$/.test(each.name),
        )
        .map(({ environment, name }) => `${environment}: ${name}`),
      ...Object.entries(compiled.sources).flatMap(([file, text]) => (/\b(newGuid|utcNow)\(/.test(text) ? [file] : [])),
    ],
    plants: {
      'no type': (compiled) => {
        delete assignment(compiled).properties['principalType'];
      },
      'a name made of what is known too late': (compiled) => {
        assignment(compiled).name = "[guid(reference('…').principalId)]";
      },
      'a new name each time': ({ sources }) => {
        sources['bicep/modules/access.bicep'] += '\nparam name string = newGuid()\n';
      },
    },
  },
  {
    item: 22,
    says: 'the pipeline and its plan give nobody a role, and unlock nothing; a plan changes nothing',
    offenders: (compiled) => [
      ...assignments(compiled)
        .filter((each) => ['pipeline', 'plan'].includes(findPrincipal(each) ?? ''))
        .filter((each) => givers.includes(String(at(each, 'properties.roleDefinitionId')).split('/').at(-1) ?? ''))
        .map(({ environment }) => `${environment}: it may give roles`),
      ...[...ofType(compiled, 'Microsoft.Authorization/roleDefinitions')].flatMap((definition) => {
        const actions = at(definition, 'properties.permissions.0.actions') as string[];
        return actions
          .filter((action) => !/\/read$|\/whatIf\/action$|^Microsoft\.Authorization\/locks\/write$/.test(action))
          .map((action) => `${definition.environment}: ${action}`);
      }),
    ],
    plants: {
      'a pipeline that may give roles': (compiled) => {
        const assigned = compiled.snapshots.prod.grants.resources.find((each) => findPrincipal(each) === 'pipeline');
        Object.assign(assigned?.properties ?? {}, { roleDefinitionId: `/x/${givers[0]}` });
      },
      'a pipeline that may unlock': (compiled) => {
        first(compiled, 'prod', 'Microsoft.Authorization/roleDefinitions').properties['permissions'] = [
          { actions: ['Microsoft.Authorization/locks/delete'] },
        ];
      },
      'a plan that may write': (compiled) => {
        first(compiled, 'dev', 'Microsoft.Authorization/roleDefinitions').properties['permissions'] = [
          { actions: ['*/read', 'Microsoft.Web/sites/write'] },
        ];
      },
    },
  },
  {
    item: 33,
    says: 'an identity that lands files is where an integration test runs, which is not prod',
    offenders: (compiled) =>
      listTesters(compiled).join() === 'dev,test' ? [] : [`testers: ${listTesters(compiled).join() || 'nowhere'}`],
    plants: {
      'a tester in prod': ({ snapshots }) => {
        const tester = snapshots.dev.main.resources.find(isTester);
        if (tester) snapshots.prod.main.resources.push(tester);
      },
    },
  },
];
