/** Something that the person at the keyboard can correct: the sentence is all they need, a stack trace would hide it. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
