/** Challenges: something to bring about by hand, which the page recognizes when it happens. */
import type { Trace } from "../../../debugger/tracing/trace.ts"
import type { Act } from "../../../runtime/scenario/interventions.ts"
import type { Sight } from "../model/seen.ts"
import type { Setup } from "../model/setup.ts"

export interface Challenge {
  /** In links and tests. */
  readonly name: string
  readonly title: string
  /** The task: what to do, and what counts. */
  readonly task: string
  readonly hint: string
  readonly setup: Setup
  /** The acts that may be done by hand, and how many in all. */
  readonly allowed: { readonly acts: readonly Act["type"][]; readonly most: number }
  /** True if what it asks for is the case now. */
  readonly isMet: (situation: Situation) => boolean
  /** Why that could happen: shown once it has. */
  readonly lesson: string
}

export interface Situation {
  readonly sight: Sight
  readonly trace: Trace
}

/** The standing of somebody who takes a challenge. */
export type Standing =
  | { readonly state: "open"; readonly left: number }
  | { readonly state: "met" }
  | { readonly state: "spent"; readonly reason: string }

/** @param acts what was done by hand so far */
export function standingOf({ allowed, isMet }: Challenge, acts: readonly Act[], situation: Situation): Standing {
  const other = acts.find(({ type }) => !allowed.acts.includes(type))
  if (other !== undefined) return { state: "spent", reason: `you may not ${ACT_WORDS[other.type]} here: undo it` }
  if (acts.length > allowed.most) return { state: "spent", reason: `more than ${timesInWords(allowed.most)}: undo` }
  return isMet(situation) ? { state: "met" } : { state: "open", left: allowed.most - acts.length }
}

/** The acts, in the words of the page's buttons. */
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
