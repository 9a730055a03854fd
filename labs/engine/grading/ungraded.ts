/** The machine is to blame, not the submission: there is no mark, and it is to be graded again. */
export class Ungraded extends Error {
  override readonly name = "Ungraded"
}
