import { describe, expect, it } from 'vitest';
import { listGrants, listOwners } from '../../../medallion/catalog/access.ts';
import type { Contracts } from '../../../medallion/contracts/contract.ts';
import type { Groups } from '../../../medallion/groups.ts';
import { aLanding } from '../../support/a-landing.ts';
import { createTableContract } from '../../support/fake-ports.ts';
import { groups } from '../../support/groups.ts';

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
      gold_released: 'USE SCHEMA',
      'gold_released.summary': 'SELECT',
      ops: 'USE SCHEMA',
      'ops.releases': 'SELECT',
    });
    expect(listRights('privacy')).toMatchObject({ 'silver.users': 'SELECT', 'gold.summary': 'SELECT' });
  });

  it('opens quarantined lines to those who may read the dataset', () => {
    expect(listRights('engineers')).toMatchObject({ 'quarantine.visits': 'SELECT', 'bronze.visits': 'SELECT' });
  });

  it('lets the operator read what it judges and record releases, and write nothing else', () => {
    const rights = listRights('operators');
    expect(rights).toMatchObject({ silver: 'USE SCHEMA+SELECT', gold_staged: 'USE SCHEMA+SELECT', ops: 'USE SCHEMA' });
    expect(Object.entries(rights).filter(([, right]) => right.includes('MODIFY'))).toEqual([
      ['ops.releases', 'SELECT+MODIFY'],
    ]);
  });

  it('lets the jobs write the layers, not what readers see and not the record of releases', () => {
    const written = Object.entries(listRights('jobs')).filter(([, right]) => right.includes('MODIFY'));
    expect(written.map(([on]) => on).sort()).toEqual(['gold_staged', 'landed', 'ops.changes', 'silver']);
    expect(listRights('jobs')).toMatchObject({ 'ops.releases': 'SELECT' });
  });
});

describe('listOwners', () => {
  it('gives the operator the views that it alters', () => {
    expect(listOwners(contracts, groups)).toEqual({ 'gold_released.summary': groups.operators });
  });
});
