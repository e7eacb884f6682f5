import { describe, expect, it } from 'vitest';
import { readContracts } from '../../../cloud/project-files.ts';
import { listGrants } from '../../../medallion/catalog/access.ts';
import type { Contracts } from '../../../medallion/contracts/contract.ts';
import type { Groups } from '../../../medallion/groups.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createTableContract } from '../../support/fake-ports.ts';
import { groups } from '../../support/groups.ts';
import { root } from '../../support/root.ts';

const contracts: Contracts = {
  landing: [{ ...aLanding('visits', 'visits'), readers: ['engineers'] }],
  tables: [
    { ...createTableContract('bronze.visits'), readers: ['engineers'], parts: [{ table: 'landed.visits' }] },
    { ...createTableContract('silver.users'), readers: ['privacy'] },
    { ...createTableContract('gold.summary'), readers: ['readers', 'privacy'] },
    { ...createTableContract('ops.releases'), readers: ['readers'] },
  ],
};
const grants = listGrants(contracts, groups);
const listRights = (role: keyof Groups) =>
  Object.fromEntries(
    grants.filter(({ to }) => to === groups[role]).map(({ on, privileges }) => [on, privileges.join('+')]),
  );

describe('listGrants', () => {
  it('lets readers see what the contracts open to them, and nothing behind it', () => {
    expect(listRights('readers')).toEqual({
      gold: 'USE SCHEMA',
      'gold.summary': 'SELECT',
      ops: 'USE SCHEMA',
      'ops.releases': 'SELECT',
    });
    expect(listRights('privacy')).toMatchObject({ 'silver.users': 'SELECT', 'gold.summary': 'SELECT' });
  });

  it('opens the rows behind a masked view to those who see them unmasked anyway: not every engine reads views', () => {
    expect(listRights('privacy')).toMatchObject({ 'gold_published.summary': 'SELECT' });
    expect(listRights('readers')).not.toHaveProperty('gold_published.summary');
  });

  it('opens quarantined lines to those who may read the dataset', () => {
    expect(listRights('engineers')).toMatchObject({ 'quarantine.visits': 'SELECT', 'bronze.visits': 'SELECT' });
  });

  it('lets the operator read what it judges and publish, and write nothing else', () => {
    const rights = listRights('operators');
    expect(rights).toMatchObject({ silver: 'USE SCHEMA+SELECT', gold_changes: 'USE SCHEMA+SELECT', ops: 'USE SCHEMA' });
    expect(Object.entries(rights).filter(([, right]) => right.includes('MODIFY'))).toEqual([
      ['gold_published', 'USE SCHEMA+SELECT+MODIFY'],
      ['ops.releases', 'SELECT+MODIFY'],
    ]);
  });

  it('lets the jobs write the layers and clean what is published, and not the record of releases', () => {
    const written = Object.entries(listRights('jobs')).filter(([, right]) => right.includes('MODIFY'));
    expect(written.map(([on]) => on).sort()).toEqual([
      'gold_changes',
      'gold_published',
      'landed',
      'ops.changes',
      'ops.erasures',
      'silver',
    ]);
    expect(listRights('jobs')).toMatchObject({ 'ops.releases': 'SELECT' });
  });

  it('opens the ledger of erasures to those who erase, and to nobody else', async () => {
    const all = listGrants(await readContracts(root, 'projects/fitness'), groups);
    const openers = all.filter(({ on, privileges }) => on === 'ops.erasures' && privileges.includes('SELECT'));
    expect(openers.map(({ to }) => to).toSorted()).toEqual([groups.jobs, groups.privacy].toSorted());
    expect(all.filter(({ on, privileges }) => on === 'ops' && privileges.includes('SELECT'))).toEqual([]);
  });
});
