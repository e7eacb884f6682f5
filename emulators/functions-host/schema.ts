export const schemaVersion = 2;

/**
 * Times are milliseconds since 1970. `execution` in `inbox` is null for what comes from outside, since such a message
 * goes to whichever generation is alive. `generations` keeps, of what
 * continues as new, the generation before the one that is alive: `export-histories.ts` reads it. `passes` marks the two messages that reach a suspended instance.
 */
export const schema = `
  CREATE TABLE IF NOT EXISTS instances(
    id TEXT PRIMARY KEY, execution TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, status TEXT NOT NULL,
    input TEXT NOT NULL, output TEXT, customStatus TEXT, created INTEGER NOT NULL, updated INTEGER NOT NULL,
    parent TEXT, isSuspended INTEGER NOT NULL DEFAULT 0, replayState TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS instancesByAge ON instances(created, id);
  CREATE TABLE IF NOT EXISTS history(
    id TEXT NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY(id, seq)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS generations(
    id TEXT PRIMARY KEY, input TEXT NOT NULL, output TEXT NOT NULL, history TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS inbox(
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, execution TEXT, due INTEGER NOT NULL,
    passes INTEGER NOT NULL DEFAULT 0, timer INTEGER, event TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS inboxByDue ON inbox(due);
  CREATE INDEX IF NOT EXISTS inboxById ON inbox(id);
  CREATE TABLE IF NOT EXISTS work(
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, execution TEXT NOT NULL, task INTEGER NOT NULL,
    name TEXT NOT NULL, input TEXT);
  CREATE INDEX IF NOT EXISTS workById ON work(id);
  CREATE TABLE IF NOT EXISTS notifications(
    n INTEGER PRIMARY KEY AUTOINCREMENT, functionName TEXT NOT NULL, event TEXT NOT NULL, tries INTEGER NOT NULL,
    due INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS notificationsByDue ON notifications(due);
  CREATE TABLE IF NOT EXISTS poison(
    n INTEGER PRIMARY KEY AUTOINCREMENT, functionName TEXT NOT NULL, message TEXT NOT NULL, reason TEXT NOT NULL,
    at INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS schedules(
    functionName TEXT PRIMARY KEY, last INTEGER, next INTEGER NOT NULL, updated INTEGER NOT NULL);
`;
