import { describe, expect, it } from 'vitest';
import { requireBuiltProject } from '../../../cli/deployment/release.ts';

describe('the project of a build', () => {
  it.for(['dev', 'test', 'prod'])('is that of every environment: %s', (name) => {
    expect(() => requireBuiltProject({ name, project: 'projects/fitness' })).not.toThrow();
  });

  it('is not deployed to an environment that names another one', () => {
    expect(() => requireBuiltProject({ name: 'test', project: 'projects/shop' })).toThrow(
      "Environment 'test' names the project 'projects/shop', and the build is of 'projects/fitness', which 'prod' names. Name the same in both.",
    );
  });

  it('lies where a build takes it from', () => {
    const project = 'examples/orders';
    expect(() => requireBuiltProject({ name: 'test', project }, project)).toThrow(
      "The project 'examples/orders' is in no build, which holds the folders below 'projects/'. Move it there.",
    );
  });
});
