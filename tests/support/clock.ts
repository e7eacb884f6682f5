/** A clock that goes on by a second with every look. */
export function createClock(): () => Date {
  let time = Date.parse('2026-01-01T00:00:00Z');
  return () => {
    time += 1000;
    return new Date(time);
  };
}
