import { z } from 'zod';

/** In the order in which they are built. */
export const layers = ['bronze', 'silver', 'gold'] as const;

export const Layer = z.enum(layers);
export type Layer = z.infer<typeof Layer>;

/** Versions of tables by the name that contracts use, such as `silver.NAME`. */
export const Versions = z.record(z.string(), z.int().nonnegative());
export type Versions = z.infer<typeof Versions>;

/** Bronze keeps the lines as they landed, under the names of datasets; `bronze` has views of them. */
const schemas = { bronze: 'landed', silver: 'silver', gold: 'gold' } as const satisfies Record<Layer, string>;

/** Those of one layer's own tables. */
export const selectVersions = (layer: Layer, versions: Versions): Versions =>
  Object.fromEntries(Object.entries(versions).filter(([table]) => table.startsWith(`${schemas[layer]}.`)));

/** How a layer is built: by a run per batch, or by a run that is always on. The job is the same. */
export const Mode = z.enum(['triggered', 'continuous']);
export type Mode = z.infer<typeof Mode>;

export const Modes = z.object({ bronze: Mode, silver: Mode, gold: Mode });
export type Modes = z.infer<typeof Modes>;
