/** What senders do, each by its name: good, hostile, cut, doubled, empty, put-back, copied, archived and late files. */
import * as contents from './contents.ts';
import type { LandingZoneWriter } from './landing-zone-writer.ts';

type Input = (writer: LandingZoneWriter, n: number) => Promise<void>;

const visits = 'gym_logins';
const messages = 'kafka_multiplex';

const land =
  (createContent: (n: number) => string | Buffer, toName = (n: number) => `${n}.csv`, dataset = visits): Input =>
  (writer, n) =>
    writer.land(writer.toPath(dataset, toName(n)), createContent(n));

/** To a path that has a file already; to a new one if there is none yet. */
const overwrite =
  (createContent: (n: number) => string | Buffer): Input =>
  (writer, n) =>
    writer.land(writer.choosePath() ?? writer.toPath(visits, `${n}.csv`), createContent(n));

const hostileNames = ['[1]', '{a,b}', 'a b%20+&', "ü'", '*', '#;=', 'a'.repeat(120)];

const landUnderHostileName: Input = (writer, n) =>
  writer.land(writer.toPath(visits, `${hostileNames[n % hostileNames.length]}-${n}.csv`), contents.createLogins(n));

const landDoubled: Input = async (writer, n) => {
  const path = writer.toPath(visits, `${n}.csv`);
  await writer.land(path, contents.createLogins(n));
  await writer.land(path, contents.createLogins(n));
};

const putBack: Input = async (writer, n) => {
  const path = writer.toPath(visits, `${n}.csv`);
  const aside = `aside/${n}.csv`;
  await writer.land(path, contents.createLogins(n));
  await writer.move(path, aside);
  await writer.land(path, contents.createLogins(writer.nextContent()));
  await writer.move(path, `aside/${n}-second.csv`);
  await writer.move(aside, path);
};

const landByRenaming: Input = async (writer, n) => {
  await writer.land(`aside/${n}.csv`, contents.createLogins(n));
  await writer.move(`aside/${n}.csv`, writer.toPath(visits, `${n}.csv`));
};

const copyTo =
  (toPath: (writer: LandingZoneWriter, n: number) => string): Input =>
  async (writer, n) => {
    await writer.land(`aside/${n}.csv`, contents.createLogins(n));
    await writer.copy(`aside/${n}.csv`, toPath(writer, n));
  };

const toNewPath = (writer: LandingZoneWriter, n: number) => writer.toPath(visits, `${n}.csv`);

const landInArchive: Input = (writer, n) => writer.landInArchive(toNewPath(writer, n), contents.createLogins(n));

/** Often it was read before. */
const archive: Input = async (writer) => {
  const path = writer.choosePath();
  if (path !== undefined) await writer.archive(path);
};

const rename: Input = async (writer, n) => {
  const path = writer.choosePath();
  if (path !== undefined) await writer.move(path, writer.toPath(visits, `renamed-${n}.csv`));
};

const remove: Input = async (writer) => {
  const path = writer.choosePath();
  if (path !== undefined) await writer.remove(path);
};

const toPackedName = (n: number) => `${n}.csv.gz`;
const toJsonName = (n: number) => `${n}.json`;

export const inputs: Readonly<Record<string, Input>> = {
  good: land(contents.createLogins),
  'in a folder': land(contents.createLogins, (n) => `2026/${n % 12}/${n}.csv`),
  overwritten: overwrite(contents.createLogins),
  'overwritten twice': overwrite(contents.createLogins),
  'overwritten by what is broken': overwrite(contents.createMostlyBroken),
  doubled: landDoubled,
  empty: land(contents.createEmpty),
  emptied: overwrite(contents.createEmpty),
  'header alone': land(contents.createHeaderOnly),
  'without header': land(contents.createWithoutHeader),
  cut: land(contents.createCut),
  'mostly broken': land(contents.createMostlyBroken),
  'in another encoding': land(contents.createLatin1),
  'with a long line': land(contents.createLongLine),
  packed: land(contents.createPacked, toPackedName),
  'packed and cut': land(contents.createCutPacked, toPackedName),
  'packed by its name alone': land(contents.createLogins, toPackedName),
  'under a hostile name': landUnderHostileName,
  'under a working name': land(contents.createLogins, (n) => `_${n}.csv`),
  'of no dataset': land(contents.createLogins, toJsonName, 'nobody'),
  readings: land(contents.createReadings, toJsonName, messages),
  glued: land(contents.createGlued, toJsonName, messages),
  'cut array': land(contents.createCutArray, toJsonName, messages),
  'a person deleted': land(contents.createDeletion, toJsonName, messages),
  'put back': putBack,
  'moved in': landByRenaming,
  'copied in': copyTo(toNewPath),
  'copied over another': copyTo((writer, n) => writer.choosePath() ?? toNewPath(writer, n)),
  'landed in the archive': landInArchive,
  archived: archive,
  renamed: rename,
  removed: remove,
};
