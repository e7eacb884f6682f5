/** Renews a claim as long as something runs. All renewals have ended when it answers: none meets whoever writes next. */
export async function renewWhile<Result>(
  renew: () => Promise<void>,
  seconds: number,
  run: () => Promise<Result>,
): Promise<Result> {
  let renewal = Promise.resolve();
  const timer = setInterval(() => {
    // One that fails does no harm: the next one comes long before the claim is over.
    renewal = renewal.then(renew).catch(() => {});
  }, seconds * 1000);
  try {
    return await run();
  } finally {
    clearInterval(timer);
    await renewal;
  }
}
