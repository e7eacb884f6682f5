/** Folders of one machine, and what stands for each of them in a committed file. */
export type NeutralNames = Readonly<Record<string, string>>;

const portOfThisMachine = /(?<=\b(?:127\.0\.0\.1|localhost):)\d+/g;

/** Whatever was recorded on one machine, as it would read from any other. */
export function toNeutralText(text: string, names: NeutralNames): string {
  const ordered = Object.entries(names).toSorted(([a], [b]) => b.length - a.length);
  return ordered
    .reduce((neutral, [folder, name]) => neutral.replaceAll(folder, name), text)
    .replaceAll(portOfThisMachine, 'PORT');
}

/** Paths from the root of a file system, except those of the API and those that were made neutral; and ports. */
export function listMachineNames(text: string): string[] {
  // In a text in JSON a new line is a letter, which must not seem to belong to a path.
  const plain = text.replaceAll(/\\+[nrt]/g, ' ');
  const paths = plain.match(/(?<![\w.}/<-])\/(?!api\/|medallion\/)[\w.-]+\/[^\s"'\\)]*/g) ?? [];
  return [...paths, ...(plain.match(portOfThisMachine) ?? [])];
}
