import { describe, expect, it } from 'vitest';
import { createAccess, loopback } from '../../../functions/http/access.ts';

const settings = { WEBSITE_AUTH_ENABLED: 'True', MEDALLION_TENANT: 'a-tenant' };

describe('createAccess', () => {
  it('trusts the platform where it signs people in, and only for one tenant', () => {
    expect(createAccess(true, settings)).toEqual({ kind: 'entra', tenant: 'a-tenant' });
  });

  it.for([undefined, '', 'False'])('does not let the app start where sign-in is %s', (value) => {
    expect(() => createAccess(true, { ...settings, WEBSITE_AUTH_ENABLED: value })).toThrow("'WEBSITE_AUTH_ENABLED'");
  });

  it('does not let the app start without a tenant', () => {
    expect(() => createAccess(true, { ...settings, MEDALLION_TENANT: '' })).toThrow("'MEDALLION_TENANT'");
  });

  it('needs nothing of that on one machine', () => {
    expect(createAccess(false, {})).toBe(loopback);
  });
});
