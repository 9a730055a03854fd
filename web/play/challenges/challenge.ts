/** Challenges: situations to bring about by hand, which the page recognizes. */
import type { Trace } from "../../../debugger/tracing/trace.ts"
import type { Act } from "../../../runtime/scenario/interventions.ts"
import type { Sight } from "../model/seen.ts"
import type { Setup } from "../model/setup.ts"

export interface Challenge {
  /** In links and tests. */
  readonly name: string
  readonly title: string
  /** The task, and its rules. */
  readonly task: string
  readonly hint: string
  readonly setup: Setup
  /** The allowed kinds of acts, and their maximum number. */
  readonly allowed: { readonly acts: readonly Act["type"][]; readonly most: number }
  /** True if the situation that it asks for exists now. */
  readonly isMet: (situation: Situation) => boolean
  /** The reason why it could happen, shown afterwards. */
  readonly lesson: string
}

export interface Situation {
  readonly sight: Sight
  readonly trace: Trace
}

/** The standing of a user in a challenge. */
export type Standing =
  | { readonly state: "open"; readonly left: number }
  | { readonly state: "met" }
  | { readonly state: "spent"; readonly reason: string }

/** @param acts the acts done by hand so far */
export function standingOf({ allowed, isMet }: Challenge, acts: readonly Act[], situation: Situation): Standing {
  const other = acts.find(({ type }) => !allowed.acts.includes(type))
  if (other !== undefined) return { state: "spent", reason: `you may not ${ACT_WORDS[other.type]} here: undo it` }
  if (acts.length > allowed.most) return { state: "spent", reason: `more than ${timesInWords(allowed.most)}: undo` }
  return isMet(situation) ? { state: "met" } : { state: "open", left: allowed.most - acts.length }
}

/** The acts, with the labels of the page's buttons. */
export const ACT_WORDS: Readonly<Record<Act["type"], string>> = {
  deliver: "deliver a message now",
  duplicate: "duplicate a message",
  lose: "lose a message",
  delay: "delay a message",
  timeout: "let a timer run out",
  crash: "crash a node",
  restart: "restart a node",
  pause: "pause a node",
  resume: "resume a node",
  wipe: "have a node lose its disk",
  traitor: "make a node lie",
  cut: "cut a link",
  mend: "mend a link",
  partition: "partition the nodes",
  heal: "heal all links",
  ask: "have a client ask",
}

export function timesInWords(times: number): string {
  return times === 1 ? "one act by hand" : `${times} acts by hand`
}
