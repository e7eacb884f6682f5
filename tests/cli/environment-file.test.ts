import { describe, expect, it } from 'vitest';
import { readNamedEnvironment } from '../../cli/environment-file.ts';
import { UserError } from '../../cli/user-error.ts';
import { root } from '../support/root.ts';

describe('an environment that a command names', () => {
  it('is read from the file of its name', () => {
    const { environment, environmentFile } = readNamedEnvironment(root, 'test');
    expect(environment.name).toBe('test');
    expect(environmentFile).toMatch(/environments\/test\.json$/);
  });

  it.for(['stage', 'environment.schema', '../package', ''])('is not there: %j', (name) => {
    expect(() => readNamedEnvironment(root, name)).toThrow(UserError);
    expect(() => readNamedEnvironment(root, name)).toThrow(
      `There is no environment '${name}'. Environments are: dev, prod, test. Copy 'environments/test.json' to make another.`,
    );
  });
});
