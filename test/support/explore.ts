/**
 * A host of a few lines over `runtime/process/`: takes a group through every order of what may happen, breadth first, until
 * no new state is left. It has arrays and texts for everything, and holds the checker to its counts.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Happening, Occurrence } from "../../runtime/checker/happening.ts"
import type { Budgets, Model, Reported } from "../../runtime/checker/model.ts"
import { type Effect, type ProcessEvent, timerNamed } from "../../runtime/process/effect.ts"
import { peersOf, processCount } from "../../runtime/process/parts.ts"
import { booted, newProcess, type Process, rebootOf, step } from "../../runtime/process/process.ts"
import { encode, hash } from "../../runtime/process/value.ts"

export interface Exploration {
  /** Different states, the first included. */
  readonly states: number
  /** States that were reached, counted each time: one more than there are transitions. */
  readonly generated: number
  /** Handlers run, each once on a process with an event. */
  readonly handled: number
  /** Transitions on the longest of the shortest paths to a state. */
  readonly depth: number
  /** The states of the watch on some path. */
  readonly watched: readonly unknown[]
  /** What was found wrong first, and how many transitions lead to it: none are fewer. */
  readonly violation: { readonly reason: string; readonly depth: number } | null
}

/** The whole group, its parts by their numbers; what is under way in ascending order. */
interface Group {
  readonly processes: readonly number[]
  readonly underWay: readonly number[]
  readonly watch: number
  readonly left: Budgets
}

/** What a step comes to, by numbers. */
interface Stepped {
  readonly process: number
  readonly sent: readonly number[]
  readonly reported: readonly Reported[]
}

/** Explores a model to its end, or to the first violation. */
export function explore(model: Model): Exploration {
  const { algorithm, size, parameters, asks, budgets, watch, network = "bag", idleSteps = false } = model
  const nodes = Array.from({ length: processCount(algorithm, size) }, (_, id) => id)
  const processes = new Numbering<Process>()
  const events = new Numbering<Occurrence>()
  const watched = new Numbering<unknown>()
  const steps = new Map<string, Stepped>()

  /** Runs a handler, unless it has been run on the same process with the same event. */
  function stepped(process: number, event: number): Stepped {
    const key = `${process} ${event}`
    const known = steps.get(key)
    if (known !== undefined) return known
    const [next, effects] = happened(processes.values[process]!, events.values[event]!.happening)
    const made = {
      process: processes.numberOf(next),
      sent: effects.flatMap(effect => sendsOf(effect, next.id)).map(sent => events.numberOf(sent)),
      reported: effects.flatMap(each => (each.type === "report" ? [{ node: next.id, fact: each.fact }] : [])),
    }
    steps.set(key, made)
    return made
  }

  function happened(process: Process, happening: Happening): readonly [Process, readonly Effect[]] {
    const untimed = { now: 0, random: (low: number) => low }
    const { type } = happening
    if (type !== "crash" && type !== "amnesia") return step(algorithm, process, happening, untimed)
    const again = type === "amnesia" ? newProcess(algorithm, process) : booted(algorithm, process)
    return step(algorithm, { ...again, incarnation: 1 }, rebootOf(algorithm), untimed)
  }

  function sendsOf(effect: Effect, from: NodeId): readonly Occurrence[] {
    if (effect.type !== "send" && effect.type !== "broadcast") return []
    const happening: ProcessEvent = { type: "receive", from, message: effect.message }
    return (effect.type === "send" ? [effect.to] : peersOf(from, size)).map(to => ({ to, happening }))
  }

  /** The groups that may come next. */
  function successors(group: Group): readonly Group[] {
    const { processes: numbers, underWay, left } = group
    const messages = [...new Set(underWay)]
    const timers = nodes.flatMap(to =>
      [...processes.values[numbers[to]!]!.timers.values()].map(({ timer, key }) => ({ to, timer, key })),
    )
    return [
      ...messages.flatMap(event => after(group, event, without(underWay, event), left, !idleSteps)),
      ...messages.flatMap(event => spent(left, "duplicates", less => after(group, event, underWay, less))),
      ...messages.flatMap(event =>
        spent(left, "losses", less => [{ ...group, left: less, underWay: without(underWay, event) }]),
      ),
      ...timers.flatMap(({ to, timer, key }) => {
        const event = events.numberOf({ to, happening: { type: "timeout", ...timerNamed(timer, key) } })
        const name = timer in left.timeouts ? timer : "all"
        const some = left.timeouts[name] ?? 0
        const less = { ...left, timeouts: { ...left.timeouts, [name]: some - 1 } }
        return some > 0 ? after(group, event, underWay, less) : []
      }),
      ...(["crash", "amnesia"] as const).flatMap(type => {
        const one = type === "crash" ? "crashes" : "amnesias"
        return nodes.flatMap(to => {
          const event = events.numberOf({ to, happening: { type } })
          return spent(left, one, less => after(group, event, underWay, less))
        })
      }),
    ]
  }

  function after(group: Group, event: number, rest: readonly number[], left: Budgets, skipsIdle = false): Group[] {
    const { to } = events.values[event]!
    const before = group.processes[to]!
    const { process, sent, reported } = stepped(before, event)
    if (skipsIdle && process === before && sent.length === 0 && reported.length === 0) return []
    const all = [...rest, ...sent]
    return [
      {
        processes: group.processes.with(to, process),
        underWay: (network === "set" ? [...new Set(all)] : all).toSorted((a, b) => a - b),
        watch: watchAfter(group.watch, reported),
        left,
      },
    ]
  }

  function watchAfter(state: number, reported: readonly Reported[]): number {
    return watched.numberOf(reported.reduce((now, each) => watch.observe(now, each), watched.values[state]))
  }

  let first: Group = {
    processes: nodes.map(id => processes.numberOf(newProcess(algorithm, { id, size, parameters }))),
    underWay: asks.map(({ to, client, request }) =>
      events.numberOf({ to, happening: { type: "request", client, request } }),
    ),
    watch: watched.numberOf(watch.initial),
    left: budgets,
  }
  for (const id of nodes) {
    const start = events.numberOf({ to: id, happening: { type: "start" } })
    first = after(first, start, first.underWay, budgets)[0]!
  }
  const seen = new Set([fingerprint(first)])
  let generated = 1
  let depth = 0
  const problem = watch.problem(watched.values[first.watch])
  let violation: Exploration["violation"] = problem === null ? null : { reason: problem, depth: 0 }
  for (let frontier = [first]; violation === null; depth++) {
    const next: Group[] = []
    for (const reached of frontier.flatMap(group => successors(group))) {
      generated++
      const print = fingerprint(reached)
      if (seen.has(print)) continue
      seen.add(print)
      next.push(reached)
      const reason = watch.problem(watched.values[reached.watch])
      if (reason !== null) violation ??= { reason, depth: depth + 1 }
    }
    if (next.length === 0) break
    frontier = next
  }
  return { states: seen.size, generated, handled: steps.size, depth, watched: watched.values, violation }
}

function spent<T>(
  left: Budgets,
  what: "crashes" | "amnesias" | "losses" | "duplicates",
  then: (less: Budgets) => T[],
): T[] {
  return left[what] > 0 ? then({ ...left, [what]: left[what] - 1 }) : []
}

function without(numbers: readonly number[], one: number): readonly number[] {
  return numbers.toSpliced(numbers.indexOf(one), 1)
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

function fingerprint({ processes, underWay, watch, left }: Group): number {
  return hash(`${processes.join()}|${underWay.join()}|${watch}|${encode(left)}`)
}
