/** Kits: everything that a class needs to play an algorithm on paper, with messages as cards and people as nodes. */

/** The kits, in the order in which a course would play them. */
export type KitName = "bully" | "ring-election" | "raft" | "paxos" | "ricart-agrawala" | "oral-messages"

/**
 * A kind of message as cards: its type and fields, with the names in the algorithm's folder; `snapshot.term` is a
 * nested field.
 */
export interface CardKind {
  readonly type: string
  readonly fields: readonly string[]
  /** The number of blank cards to print. */
  readonly copies: number
}

export interface Kit {
  readonly name: KitName
  readonly service: string
  readonly cards: readonly CardKind[]
  /** The state that a player keeps, with the paper's names. */
  readonly sheet: readonly string[]
  /** The part of the state that survives a crash. */
  readonly disk: readonly string[]
  /** The signs that players hold up, as keys of the texts, each with the maximum number of simultaneous holders. */
  readonly signs: Readonly<Record<string, number>>
  /** The sign that a node holds up in a role, by the algorithm's names of roles; null: none. */
  readonly roles: Readonly<Record<string, string | null>>
  /** The sign that a node holds up after deciding, by the value. */
  readonly decisions?: Readonly<Record<string, string>>
  /** Cards that nobody else may see, with the number of each. */
  readonly secrets?: Readonly<Record<string, number>>
  /** The board shows logs, one row per node, or messages, one lane per node. */
  readonly board: "log" | "lanes"
  readonly games: readonly Game[]
}

/**
 * A game: a run, message by message.
 *
 * Lines are steps of scripts (`runtime/scenario/script-words.ts`), or: `settle`, which delivers all messages in flight;
 * `settle without 0 2`, the same except messages from or to these nodes, which stay in flight; `lose all of 0`, which
 * loses all messages from or to this node; `(a)`, which begins this part of the paper's figure.
 */
export interface Game {
  readonly id: string
  readonly nodes: number
  readonly parameters?: Readonly<Record<string, string | number | boolean>>
  readonly operations: number
  readonly traitors?: readonly number[]
  /** Steps before the players take over, from the state that these leave. */
  readonly before?: readonly string[]
  readonly lines: readonly string[]
  /** Minutes to introduce, to play and to discuss. */
  readonly minutes: readonly [number, number, number]
}
