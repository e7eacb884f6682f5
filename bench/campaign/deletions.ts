import type { RegisteredFile } from '../../medallion/files/file.ts';
import { type DeletablePerson, deletablePeople } from './deletable-people.ts';

interface Landed {
  /** By path, what was ever sent there. */
  readonly contents: ReadonlyMap<string, readonly Buffer[]>;
  readonly files: readonly RegisteredFile[];
}

interface Deletion {
  readonly person: DeletablePerson;
  /** When the message that deletes her was published first. */
  readonly publishedAt: number;
}

/** The people of whom a published file says that they are deleted. */
export const listDeletions = ({ contents, files }: Landed): Deletion[] =>
  deletablePeople.flatMap((person) => {
    const times = files
      .filter(({ status }) => status === 'published')
      .filter(({ path }) => contents.get(path)?.some((content) => isDeletion(content.toString('latin1'), person)))
      .map(({ publishedAt = '' }) => Date.parse(publishedAt));
    return times.length > 0 ? [{ person, publishedAt: Math.min(...times) }] : [];
  });

const isDeletion = (text: string, { user }: DeletablePerson) =>
  text.includes('"update_type":"delete"') && text.includes(`"user_id":"${user}"`);
