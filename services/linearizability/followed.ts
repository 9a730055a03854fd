/** Operations while their history is read. */

export type Fate = "pending" | "ok" | "failed" | "unknown"

/** An operation that a stream follows, from its call on. */
export interface Followed<Input, Output> {
  readonly client: number
  readonly input: Input
  readonly call: number
  /** Place of its call among the calls and expiries of the stream; no two operations have the same. */
  readonly called: number
  /** Place after which it can no longer happen: if the client gave it up, that of the session's next write. */
  expires: number
  output: Output | undefined
  /** When the answer came, or `UNANSWERED`. */
  return: number
  fate: Fate
  /** True if the part has taken its call: the next event that waits for it is its return. */
  isTaken: boolean
}
