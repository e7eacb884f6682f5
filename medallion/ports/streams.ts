import type { Layer } from '../layer.ts';
import type { AllStreamSettings, StreamRecord, StreamSettings } from '../runs/stream.ts';

/** The always-on runs of the layers, and what people have set for them. */
export interface Streams {
  list(): Promise<StreamRecord[]>;
  save(stream: StreamRecord): Promise<void>;
  /**
   * Changes what is known of a layer's stream now. Whoever changes it at the same time is seen, and `change` is asked
   * again. Nothing happens if there is none, or if `change` answers nothing.
   */
  update(layer: Layer, change: (stream: StreamRecord) => StreamRecord | undefined): Promise<void>;
  getSettings(): Promise<AllStreamSettings>;
  /** Adds to what was set for a layer before. */
  updateSettings(layer: Layer, settings: StreamSettings): Promise<void>;
  /** Whether releases of the streams are being published, which no run of a batch may cross. */
  isPublishing(): Promise<boolean>;
  setPublishing(isPublishing: boolean): Promise<void>;
}
