/** Where work has stopped that goes on in slices, by the name of the work. */
export interface Marks {
  find(name: string): Promise<string | undefined>;
  set(name: string, place: string): Promise<void>;
  clear(name: string): Promise<void>;
}
