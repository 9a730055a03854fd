/**
 * A host of twenty lines over `runtime/process/`: takes a group through every order of deliveries and timeouts, breadth
 * first, until no new state is left.
 *
 * Nothing has a time: `now()` is 0 and the durations of parameters should be 0. A message is delivered at any time later,
 * or never. Equal messages under way count as one: the network is a set.
 */
import type { Algorithm, NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import { type Effect, type ProcessEvent, timerNamed } from "../../runtime/process/effect.ts"
import { newProcess, type Process, step } from "../../runtime/process/process.ts"
import { encode, hash } from "../../runtime/process/value.ts"

/** A group, what its clients ask of it, and what must hold of the facts that its nodes report. */
export interface Model {
  readonly algorithm: Algorithm
  readonly size: number
  readonly parameters: object
  /** Each reaches its node once, at any time or never. */
  readonly requests: readonly { readonly to: NodeId; readonly request: Tagged }[]
  /** Timeouts on a path, all nodes together. */
  readonly timeouts: number
  /** The facts that the verdict depends on: what was reported of them is part of a state, without its order. */
  readonly isJudged: (reported: Reported) => boolean
  /** What is wrong with the facts that were reported on some path; null if nothing is. */
  readonly judge: (reported: readonly Reported[]) => string | null
}

export interface Reported {
  readonly node: NodeId
  readonly fact: Tagged
}

export interface Exploration {
  /** Different states, the first included. */
  readonly states: number
  /** States that were reached, counted each time: one more than there are transitions. */
  readonly generated: number
  /** Different states of single nodes, and handlers run on them. */
  readonly nodeStates: number
  readonly handled: number
  /** Transitions on the longest of the shortest paths to a state. */
  readonly depth: number
  /** The sets of facts that were reported on some path. */
  readonly reported: readonly (readonly Reported[])[]
  /** What was found wrong first, and the transitions that lead to it: none are fewer. */
  readonly violation: { readonly reason: string; readonly depth: number } | null
}

/** The whole group, its parts by their numbers: its processes, what is under way and what was reported in ascending order. */
interface Group {
  readonly processes: readonly number[]
  readonly underWay: readonly number[]
  readonly reported: readonly number[]
  readonly timeouts: number
}

/** Explores a model to its end, or to the first violation. */
export function explore(model: Model): Exploration {
  const { algorithm, size, parameters, requests, timeouts, isJudged, judge } = model
  const nodes = Array.from({ length: size }, (_, id) => id)
  const processes = new Numbering<Process>()
  const events = new Numbering<{ readonly to: NodeId; readonly event: ProcessEvent }>()
  const facts = new Numbering<Reported>()
  const sets = new Numbering<readonly Reported[]>()
  const steps = new Map<string, Stepped>()

  /** Runs a handler, unless it has been run on the same process with the same event. */
  function stepped(process: number, event: number): Stepped {
    const key = `${process} ${event}`
    const known = steps.get(key)
    if (known !== undefined) return known
    const untimed = { now: 0, random: (low: number) => low }
    const [next, effects] = step(algorithm, processes.values[process]!, events.values[event]!.event, untimed)
    const reported = effects.flatMap(effect => (effect.type === "report" ? [{ node: next.id, fact: effect.fact }] : []))
    const made = {
      process: processes.numberOf(next),
      sent: effects.flatMap(effect => sendsOf(effect, next.id)).map(sent => events.numberOf(sent)),
      reported: reported.filter(isJudged).map(each => facts.numberOf(each)),
    }
    steps.set(key, made)
    return made
  }

  function sendsOf(effect: Effect, from: NodeId): { readonly to: NodeId; readonly event: ProcessEvent }[] {
    if (effect.type !== "send" && effect.type !== "broadcast") return []
    const event = { type: "receive", from, message: effect.message } as const
    return (effect.type === "send" ? [effect.to] : nodes.filter(to => to !== from)).map(to => ({ to, event }))
  }

  /** The events that may come next. */
  function eventsOf(group: Group): readonly number[] {
    if (group.timeouts === 0) return group.underWay
    const due = nodes.flatMap(to =>
      [...processes.values[group.processes[to]!]!.timers.values()].map(({ timer, key }) =>
        events.numberOf({ to, event: { type: "timeout", ...timerNamed(timer, key) } }),
      ),
    )
    return [...group.underWay, ...due]
  }

  function after(group: Group, event: number): Group {
    const { to, event: happening } = events.values[event]!
    const { process, sent, reported } = stepped(group.processes[to]!, event)
    const isTimeout = happening.type === "timeout"
    return {
      processes: group.processes.with(to, process),
      underWay: joined(isTimeout ? group.underWay : group.underWay.filter(other => other !== event), sent),
      reported: joined(group.reported, reported),
      timeouts: group.timeouts - (isTimeout ? 1 : 0),
    }
  }

  let violation: Exploration["violation"] = null
  function check(group: Group, depth: number): void {
    const reported = group.reported.map(number => facts.values[number]!)
    const known = sets.values.length
    if (sets.numberOf(reported) < known) return
    const reason = judge(reported)
    if (reason !== null) violation ??= { reason, depth }
  }

  const start = nodes.map(id => events.numberOf({ to: id, event: { type: "start" } }))
  const asked = requests.map(({ to, request }) =>
    events.numberOf({ to, event: { type: "request", client: to, request } }),
  )
  const fresh = nodes.map(id => processes.numberOf(newProcess(algorithm, { id, size, parameters })))
  const booted: Group = { processes: fresh, underWay: asked, reported: [], timeouts }
  const first = start.reduce((group, event) => after(group, event), booted)
  check(first, 0)
  const seen = new Set([fingerprint(first)])
  let generated = 1
  let depth = 0
  for (let frontier = [first]; violation === null; depth++) {
    const next: Group[] = []
    for (const group of frontier) {
      for (const event of eventsOf(group)) {
        generated++
        const reached = after(group, event)
        const print = fingerprint(reached)
        if (seen.has(print)) continue
        seen.add(print)
        next.push(reached)
        check(reached, depth + 1)
      }
    }
    if (next.length === 0) break
    frontier = next
  }
  const nodeStates = new Set(steps.values().map(({ process }) => process)).size
  return { states: seen.size, generated, nodeStates, handled: steps.size, depth, reported: sets.values, violation }
}

/** What a step comes to, by numbers. */
interface Stepped {
  readonly process: number
  readonly sent: readonly number[]
  readonly reported: readonly number[]
}

/** Gives equal values one number, and tells which value a number stands for. */
class Numbering<T> {
  readonly values: T[] = []
  readonly #numbers = new Map<string, number>()

  numberOf(value: T): number {
    const text = encode(value)
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.values.length)
    return this.values.push(value) - 1
  }
}

function joined(numbers: readonly number[], more: readonly number[]): readonly number[] {
  return more.length === 0 ? numbers : [...new Set([...numbers, ...more])].toSorted((a, b) => a - b)
}

function fingerprint({ processes, underWay, reported, timeouts }: Group): number {
  return hash(`${processes.join()}|${underWay.join()}|${reported.join()}|${timeouts}`)
}
