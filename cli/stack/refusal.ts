/** Something that the person at the keyboard can mend: the sentence is all they need, a stack trace would hide it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
