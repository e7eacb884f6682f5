/** Reads without a pause until it is told to stop, and answers with everything it has seen. */
export function readInLoop(read: () => Promise<string>) {
  const seen = new Set<string>();
  let goesOn = true;
  const reading = (async () => {
    while (goesOn) seen.add(await read());
  })();
  return {
    stop: async () => {
      goesOn = false;
      await reading;
      return seen;
    },
  };
}
