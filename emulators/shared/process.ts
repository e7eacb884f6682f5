/** What a process of the local cloud was told to do: one JSON text, so that nothing hides in the environment. */
export function optionsFromCommandLine<Options>(): Options {
  const text = process.argv[2];
  if (text === undefined)
    throw new Error('This process is started by the local cloud, with its options as one JSON text.');
  return JSON.parse(text) as Options;
}

/** Ends on a polite signal, and when whoever started this process is gone: nothing of the local cloud outlives it. */
export function endWithParent(stop: () => Promise<void>): void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);
  process.on('disconnect', end);
}
