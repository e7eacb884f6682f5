/** Lets all of this process read another time of day. Timers and `performance` go on as they are. */
export function shiftClock(milliseconds: number): void {
  if (milliseconds === 0) return;
  const TrueDate = Date;
  const readTrueTime = TrueDate.now;
  const now = () => readTrueTime() + milliseconds;
  globalThis.Date = new Proxy(TrueDate, {
    apply: () => new TrueDate(now()).toString(),
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget) as Date,
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
}
