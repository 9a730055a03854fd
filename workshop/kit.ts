/** Kits: what a class needs to play an algorithm on paper, its messages as cards and its nodes as people. */

/** The kits, in the order in which a course would play them. */
export type KitName = "bully" | "ring-election" | "raft" | "paxos" | "ricart-agrawala" | "oral-messages"

/** A kind of message as cards: its type and fields by the names of the algorithm's folder; `snapshot.term` is a field in a field. */
export interface CardKind {
  readonly type: string
  readonly fields: readonly string[]
  /** Blank cards to print. */
  readonly copies: number
}

export interface Kit {
  readonly name: KitName
  readonly service: string
  readonly cards: readonly CardKind[]
  /** The state that a player keeps, by the paper's names. */
  readonly sheet: readonly string[]
  /** Of the state, what a crash leaves. */
  readonly disk: readonly string[]
  /** The signs that players hold up, as keys of the texts, by how many of them hold it up at the same time. */
  readonly signs: Readonly<Record<string, number>>
  /** The sign that a node holds up in a role, by the algorithm's names of roles; null: none. */
  readonly roles: Readonly<Record<string, string | null>>
  /** The sign that a node holds up when it has decided, by the value. */
  readonly decisions?: Readonly<Record<string, string>>
  /** Cards that nobody else may see, by how many there are of each. */
  readonly secrets?: Readonly<Record<string, number>>
  /** The board shows logs, a row a node, or what is sent, a lane a node. */
  readonly board: "log" | "lanes"
  readonly games: readonly Game[]
}

/**
 * A game: a run, message by message.
 *
 * Lines are steps of scripts (`runtime/scenario/script-words.ts`), or `settle`, which has everything arrive that is on its
 * way; `settle without 0 2`: but for what these nodes send and get, which stays on its way; `lose all of 0`: what this node
 * sends and gets is lost. `(a)`: this part of the paper's figure begins.
 */
export interface Game {
  readonly id: string
  readonly nodes: number
  readonly parameters?: Readonly<Record<string, string | number | boolean>>
  readonly operations: number
  readonly traitors?: readonly number[]
  /** Steps before the players take over: they find what these leave. */
  readonly before?: readonly string[]
  readonly lines: readonly string[]
  /** Minutes to introduce, to play and to discuss. */
  readonly minutes: readonly [number, number, number]
}
