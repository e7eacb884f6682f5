import { type BundleSelection, readBundle } from './bundle.ts';
import { resolveVariables } from './references.ts';

/** A folder that stands in for a volume, and who may do what there. */
export type Volume = { folder: string; grants: { principal: string; privileges: string[] }[] };

/** The volumes that have a folder here, with the grants of bundle and target: nobody has a right that a deployment does not give. */
export function readVolumes(options: BundleSelection & { volumes?: Record<string, string> }): Volume[] {
  const { files, targets, values } = readBundle(options);
  const declared = Object.assign({}, ...files.map(({ resources }) => resources?.volumes ?? {}));
  return Object.entries(options.volumes ?? {}).map(([name, folder]) => {
    const volume = declared[name];
    if (volume === undefined)
      throw new Error(
        `Volume '${name}' is not in the bundle '${options.bundle}'. Declare it under 'resources.volumes'.`,
      );
    // A deployment adds the list of a target to that of the volume.
    const granted = [volume, ...targets.flatMap(({ resources }) => resources?.volumes[name] ?? [])].flatMap(
      ({ grants }) => grants,
    );
    const grants = resolveVariables(granted, values, `resources.volumes.${name}.grants`);
    return { folder, grants: grants as Volume['grants'] };
  });
}
