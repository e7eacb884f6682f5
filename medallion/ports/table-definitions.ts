import type { Definitions } from '../contracts/definition.ts';
import type { Layer } from '../layer.ts';

/** By which definition each table was computed as a whole, and under which name a layer's streams keep their place. */
export interface TableDefinitions {
  get(): Promise<Definitions>;
  save(definitions: Definitions): Promise<void>;
  /** `undefined` until the layer is first rebuilt. */
  getGeneration(layer: Layer): Promise<string | undefined>;
  startGeneration(layer: Layer, generation: string): Promise<void>;
}
