/**
 * Words that the project used once and gave up for plainer ones. A name in camel case stands for its words in that order,
 * wherever they occur in an identifier: `localCloud` also means `local_cloud` and `startLocalCloud`.
 */
export const retiredInNames = [
  'desk',
  'desks',
  'acts',
  'standing',
  'doorbell',
  'fate',
  'fates',
  'wish',
  'wishes',
  'held',
  'offender',
  'offenders',
  'breach',
  'breaches',
  'because',
  'why',
  'pace',
  'cadence',
  'exposure',
  'registry',
  'republish',
  'republished',
  'discard',
  'discarded',
  'station',
  'stations',
  'refuse',
  'refused',
  'refusal',
  'groundMoved',
  'givenUp',
  'askStream',
  'planReprocessing',
  'localCloud',
  'standIn',
  'standIns',
  'derive',
  // Keys of environment files.
  'quietSeconds',
  'idleSeconds',
  'watchSeconds',
  'releaseSeconds',
  'drainSeconds',
  'firstPollSeconds',
  'firstRestartSeconds',
  'sweepMinutes',
  'silenceHours',
  'instanceMegabytes',
  'manifestsUnderway',
];

/** A bound begins with `max` or `min`. */
export const retiredFirstWords = ['most', 'least', 'longest', 'greatest'];

/** Too common for identifiers at large: as the whole name of a field of the API. */
export const retiredFields = [
  'act',
  'author',
  'by',
  'did',
  'drained',
  'exercising',
  'expected',
  'how',
  'inGym',
  'kept',
  'mean',
  'moved',
  'pending',
  'pipeline',
  'problems',
  'quarantined',
  'queued',
  'running',
  'who',
];

/** Values of fields of the API, of roles among them. */
export const retiredValues = [
  'continue',
  'done',
  'executed',
  'nobody',
  'open',
  'planned',
  'resumed',
  'retried',
  'rolled back',
  'switched',
  'unmasked',
];

/** Segments of paths of the API. */
export const retiredSegments = ['act', 'drain', 'publish', '{action}'];

export const retiredProblemCodes = [
  'malformed',
  'in_progress',
  'ground_moved',
  'expired',
  'too_large',
  'too_many',
  'nothing',
  'failed',
  'away',
];

/** As the whole name of a key of environment files. */
export const retiredKeys = ['attempts', 'pipeline', 'restarts'];

/** As the whole name of something that is exported. */
export const retiredExports = [
  'Ahead',
  'Answer',
  'Cut',
  'Evidence',
  'Facts',
  'Finding',
  'Footing',
  'Journey',
  'KeptAnswer',
  'KeyedRequest',
  'Lap',
  'Life',
  'OpenBatch',
  'Patience',
  'Precedent',
  'Room',
  'Said',
  'Settlement',
  'UnknownMarkError',
  'Warehouse',
  'World',
  'WorldError',
  'chosenFrom',
  'firstAbove',
  'heal',
  'leftBehind',
  'modesFrom',
  'movedFile',
  'movedUnder',
  'newestCut',
  'nextOf',
  'perform',
  'pooled',
  'ring',
  'silence',
  'successor',
  'unsound',
  'weigh',
];

/**
 * What no sentence for users says. Words that are good English elsewhere are not here (because, why, act, standing, pace,
 * wish, most, least, station, derive, nobody, registry): they are looked for in identifiers, keys, paths and labels alone.
 */
export const retiredInProse = [
  'breach',
  'desk',
  'discarded',
  'doorbell',
  'fate',
  'given up',
  'ground has moved',
  'held',
  'local cloud',
  'offender',
  'offenders',
  'republish',
  'republished',
  'set 1',
  'stand-in',
  'stand-ins',
];
