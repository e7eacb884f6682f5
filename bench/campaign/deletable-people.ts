/** Whom senders delete, and how one finds them in a text. All others stay, so that gold goes on having rows. */
export interface DeletablePerson {
  readonly user: string;
  /** All that tells of her: user, device and address. */
  readonly ids: readonly string[];
}

/** One who visits gyms in the files of the senders, and one whose heart rates are in them. */
export const deletablePeople: readonly DeletablePerson[] = [
  { user: 'c4', ids: ['c4', 'x4', '02:5e:00:00:00:04'] },
  { user: 'u1', ids: ['u1', 'd1', '02:00:00:00:00:01'] },
];

/** Finds her ids and no longer word that contains one, in regular expressions of JavaScript and of SQL alike. */
export const toPattern = ({ ids }: DeletablePerson): string => `(^|[^0-9A-Za-z])(${ids.join('|')})([^0-9A-Za-z]|$)`;

export const isNamed = (person: DeletablePerson, text: string): boolean => new RegExp(toPattern(person)).test(text);
