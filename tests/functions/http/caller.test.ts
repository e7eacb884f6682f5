import { describe, expect, it } from 'vitest';
import { loopback } from '../../../functions/http/access.ts';
import { findCaller, mayCall } from '../../../functions/http/caller.ts';
import { createPrincipal, entra } from '../../support/test-context.ts';

const createRequest = (headers: Record<string, string>, url = 'https://operator.example/api/files') => ({
  headers: new Headers(headers),
  url,
});

describe('the caller in Azure', () => {
  it('is who the platform says, with the app roles it says', () => {
    expect(findCaller(createRequest(createPrincipal('ann@fitness', 'operator', 'strange')), entra)).toEqual({
      actor: 'ann@fitness (id-ann@fitness)',
      roles: ['operator'],
    });
  });

  it('may be an app, which has an id and no name', () => {
    const claims = [
      { typ: 'appid', val: 'an-app' },
      { typ: 'oid', val: 'an-app' },
      { typ: 'tid', val: entra.tenant },
      { typ: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role', val: 'reader' },
    ];
    const header = Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64');
    expect(findCaller(createRequest({ 'x-ms-client-principal': header }), entra)).toEqual({
      actor: 'an-app',
      roles: ['reader'],
    });
  });

  it.for([
    ['nothing', {}],
    ['no base64', { 'x-ms-client-principal': '*' }],
    ['no JSON', { 'x-ms-client-principal': Buffer.from('{').toString('base64') }],
    [
      'a principal without a name',
      { 'x-ms-client-principal': Buffer.from('{"auth_typ":"aad","claims":[]}').toString('base64') },
    ],
    ['a very long header', { 'x-ms-client-principal': 'A'.repeat(40_000) }],
    ['only the header with the name', { 'x-ms-client-principal-name': 'ann@fitness' }],
  ] as [string, Record<string, string>][])('is not signed in with %s', ([, headers]) => {
    expect(findCaller(createRequest(headers), entra)).toBeUndefined();
    expect(findCaller(createRequest(headers, 'http://127.0.0.1:7071/'), entra)).toBeUndefined();
  });
});

describe('a caller of another kind', () => {
  const change = (from: string, to: string) => {
    const [text = ''] = Object.values(createPrincipal('ann@fitness', 'operator'));
    const changed = Buffer.from(text, 'base64').toString('utf8').replace(from, to);
    return { 'x-ms-client-principal': Buffer.from(changed).toString('base64') };
  };

  it.for([
    { title: 'another tenant', from: entra.tenant, to: 'other' },
    { title: 'another provider', from: '"aad"', to: '"github"' },
    { title: 'nobody whose name could not change', from: 'objectidentifier', to: 'other' },
  ])('is not signed in: $title', ({ from, to }) => {
    expect(findCaller(createRequest(change(from, to)), entra)).toBeUndefined();
  });

  it('is somebody else with another object id, also under the same name', () => {
    const names = ['id-ann@fitness', 'id-bob'].map(
      (object) => findCaller(createRequest(change('id-ann@fitness', object)), entra)?.actor,
    );
    expect(names).toEqual(['ann@fitness (id-ann@fitness)', 'ann@fitness (id-bob)']);
  });
});

describe('the caller on one machine', () => {
  it.for(['127.0.0.1', 'localhost', '[::1]'])('has every role at %s', (host) => {
    expect(findCaller(createRequest({}, `http://${host}:7071/`), loopback)).toEqual({
      actor: 'local',
      roles: ['reader', 'operator', 'privacy'],
    });
  });

  it('is not signed in under a name that only leads to this machine', () => {
    expect(findCaller(createRequest({}, 'http://rebound.example:7071/'), loopback)).toBeUndefined();
  });
});

describe('mayCall', () => {
  const roles = ['reader', 'operator', 'privacy'] as const;

  it.for(roles)('lets a %s read', (role) => {
    expect(mayCall({ actor: 'ann', roles: [role] }, 'reader')).toBe(true);
  });

  it('lets neither a reader nor somebody with privacy alone act, and no operator unmask', () => {
    expect(mayCall({ actor: 'ann', roles: ['reader', 'privacy'] }, 'operator')).toBe(false);
    expect(mayCall({ actor: 'ann', roles: ['operator'] }, 'privacy')).toBe(false);
    expect(mayCall({ actor: 'ann', roles: [] }, 'reader')).toBe(false);
  });
});
