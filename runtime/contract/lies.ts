/** The lies that an algorithm declares: only it knows which false messages make sense. */
import type { Signature, Tagged } from "./ids.ts"

/**
 * A traitor's choice among `alternatives` statements (0..alternatives-1), of which number `truth` is true. A binary
 * order or a yes/no answer has two.
 */
export type Tell = (truth: number, alternatives: number) => number

/** The capabilities of a traitor in a lie: it can sign for itself, and for nobody else. */
export interface Liar {
  sign(content: unknown): Signature
}

/**
 * The lies of an algorithm's messages, by type: the same message with the content that `tell` picks. Other types stay
 * truthful.
 */
export type Lies<M extends Tagged = Tagged> = {
  readonly [T in M as T["type"]]?: Lie<T>
}

/** A method's type, so that the lies of one algorithm are `Lies` to hosts (as `Handler` in `algorithm.ts`). */
export type Lie<M> = { lie(message: M, tell: Tell, traitor?: Liar): M }["lie"]
