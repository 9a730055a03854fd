/** Thrown if the machine rather than the submission is to blame: there is no mark, and it has to be graded again. */
export class Ungraded extends Error {
  override readonly name = "Ungraded"
}
