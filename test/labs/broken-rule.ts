/** A rule of a paper, or of a hand-out, that a solution breaks. */
export interface BrokenRule {
  /** The rule, with its place: `§5.2: a server votes for one candidate in a term`. */
  readonly rule: string
  /** What the solution does instead. */
  readonly mistake: string
  /** Pieces of the solution's text, each of which occurs once, and what stands in their place. */
  readonly edits: readonly (readonly [from: string, to: string])[]
  /** The stages that lose points: with the seeds that everybody has, these only. */
  readonly loses: readonly string[]
}
