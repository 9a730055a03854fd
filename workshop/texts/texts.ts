/** The texts of a printed kit, in one language. Names of messages, fields and state are the papers' in all languages. */
import type { Kit, KitName } from "../kit.ts"
import type { Move } from "../play.ts"

export const LANGUAGES = ["en", "es", "ru", "sl"] as const
export type Language = (typeof LANGUAGES)[number]

export interface GameTexts {
  readonly title: string
  /** The insight of the game. */
  readonly goal: string
  /** The state at the beginning. */
  readonly begin: string
  /** Questions to discuss. */
  readonly questions: readonly string[]
}

export interface KitTexts {
  readonly title: string
  /** The algorithm in a few sentences, to be read aloud. */
  readonly idea: string
  readonly games: Readonly<Record<string, GameTexts>>
}

/** Answers to the questions of each game, in their order, for the facilitator. */
export type Answers = Readonly<Record<KitName, Readonly<Record<string, readonly string[]>>>>

/** Algorithms as instructions to players: each event, and how to react to it. */
export type Instructions = Readonly<Record<KitName, readonly (readonly [event: string, action: string])[]>>

export interface Texts {
  readonly headings: Readonly<
    Record<
      | "script"
      | "algorithm"
      | "materials"
      | "rules"
      | "timing"
      | "goal"
      | "begin"
      | "steps"
      | "questions"
      | "answers"
      | "reading"
      | "names"
      | "signs"
      | "solution"
      | "sheet"
      | "pencil"
      | "disk",
      string
    >
  >
  /** The rules of all games of a kit. If there are secrets, nobody reads what others hold. */
  readonly rules: (hasSecrets: boolean, board: Kit["board"]) => readonly string[]
  /** The guide to reading the steps of a script: the cards that they create, and the signs. */
  readonly reading: string
  readonly card: { readonly from: string; readonly to: string; readonly number: string }
  readonly node: (id: number) => string
  readonly players: (count: number) => string
  /** Minutes to introduce, to play and to discuss. */
  readonly minutes: (introduce: number, play: number, discuss: number) => string
  readonly materials: (sheets: number, cards: number, hasSecrets: boolean) => string
  readonly signs: Readonly<Record<string, string>>
  /** Those outside the group, as the subject of a request and as the recipient of an answer. */
  readonly outside: Readonly<Record<string, { readonly asks: string; readonly answered: string }>>
  /** The event of a timer that fires, by the algorithms' names of timers. */
  readonly timers: Readonly<Record<string, string>>
  readonly instructions: Instructions
  readonly move: (move: Move) => string
  /**
   * Cards that arrive at a node one after another, or are lost.
   *
   * @param cards their numbers as text
   * @param count their number, from 2
   */
  readonly cards: (kind: "deliver" | "lose", cards: string, count: number, node: number) => string
  readonly kits: Readonly<Record<KitName, KitTexts>>
  readonly answers: Answers
  /** The meaning of the names on the cards and sheets of a kit; for one card only: `PreVote.term`. */
  readonly names: Readonly<Record<KitName, Readonly<Record<string, string>>>>
}
