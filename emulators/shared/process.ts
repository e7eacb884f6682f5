/** An emulator that serves: what its parent has to know, and how it ends. */
interface Emulator {
  readonly ready: object;
  stop(): Promise<void>;
}

/**
 * The process of an emulator: `node main.ts '<options as JSON>'`. It sends `{ kind: 'ready', … }` to its parent when it serves,
 * and ends on a signal, or when its parent is gone: nothing of the local stack outlives it.
 */
export async function runEmulator<Options>(start: (options: Options) => Promise<Emulator>): Promise<void> {
  const starting = start(readOptions<Options>());
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    stopAndExit(starting);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  process.on('disconnect', end);
  const { ready } = await starting;
  process.send?.({ kind: 'ready', ...ready });
}

/** One JSON text, so that nothing hides in the environment. */
function readOptions<Options>(): Options {
  const text = process.argv[2];
  if (text === undefined) throw new Error('This emulator got no options. Pass them as one JSON argument.');
  return JSON.parse(text) as Options;
}

/** What is still starting is stopped when it has started. */
function stopAndExit(starting: Promise<Emulator>): void {
  starting
    .then((emulator) => emulator.stop())
    .then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
}
