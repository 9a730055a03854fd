/**
 * A host of a few lines over `runtime/process/`: takes a group through every order of what may happen, breadth first, until
 * no new state is left. It has arrays and texts for everything, and holds the checker to its counts.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Happening, Occurrence } from "../../runtime/checker/happening.ts"
import type { Budgets, Model, Reported } from "../../runtime/checker/model.ts"
import type { ClientStep } from "../../runtime/contract/untimed.ts"
import { type Effect, type ProcessEvent, timerNamed } from "../../runtime/process/effect.ts"
import { peersOf } from "../../runtime/contract/parts.ts"
import { processCount } from "../../runtime/process/parts.ts"
import { booted, newProcess, type Process, rebootOf, step } from "../../runtime/process/process.ts"
import { copied, hash } from "../../runtime/process/value.ts"
import { Numbering } from "./numbering.ts"

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
  /** In rounds, the process whose timer runs out next, from 1; 0: what was sent arrives first. */
  readonly turn: number
}

/** A process and the client that lives on it, or a client outside: what is not there is null. */
interface Actor {
  readonly process: Process | null
  readonly client: unknown
  readonly isDead?: true
}

/** A process that has died for good, and its client. */
const DEAD: Actor = { process: null, client: null, isDead: true }

/** What a step comes to. */
interface Happened {
  readonly actor: Actor
  readonly sent: readonly Occurrence[]
  readonly facts: readonly Reported["fact"][]
}

/** The same by numbers. */
interface Stepped {
  readonly process: number
  readonly sent: readonly number[]
  readonly reported: readonly Reported[]
}

/** A state of a group, spelled out. */
export interface WholeGroup {
  readonly actors: readonly { readonly process: Process | null; readonly client: unknown }[]
  readonly underWay: readonly Occurrence[]
  readonly watch: unknown
  readonly left: Budgets
}

/** Explores a model to its end, or to the first violation. @param visit is told of each state */
export function explore(model: Model, visit?: (group: WholeGroup) => void): Exploration {
  const { algorithm, size, parameters, asks, clients = [], budgets, watch, network = "bag", inRounds = false } = model
  const idleSteps = model.idleSteps === true || network === "fifo"
  const members = Array.from({ length: processCount(algorithm, size, parameters) }, (_, id) => id)
  const outside = clients.filter(({ home }) => home === null)
  const places = [...members, ...outside.map((_, place) => members.length + place)]
  const clientAt = (place: NodeId) => outside[place - members.length] ?? clients.find(({ home }) => home === place)
  const actors = new Numbering<Actor>()
  const events = new Numbering<Occurrence>()
  const watched = new Numbering<unknown>(state => watch.essence?.(state) ?? state)
  const steps = new Map<string, Stepped>()

  /** Runs a handler, unless it has been run on the same process with the same event. */
  function stepped(before: number, event: number): Stepped {
    const key = `${before} ${event}`
    const known = steps.get(key)
    if (known !== undefined) return known
    const { to, happening } = events.values[event]!
    const { actor, sent, facts } = happened(to, actors.values[before]!, happening)
    const made = {
      process: actors.numberOf(actor),
      sent: sent.map(each => events.numberOf(each)),
      reported: facts.map(fact => ({ node: to, fact })),
    }
    steps.set(key, made)
    return made
  }

  function happened(to: NodeId, before: Actor, happening: Happening): Happened {
    const { process, client } = before
    if (before.isDead === true) return { actor: before, sent: [], facts: [] }
    const own = clientAt(to)
    switch (happening.type) {
      case "move":
        return afterClient(to, process, own!.move(client, happening.name))
      case "answer":
        return afterClient(to, process, own!.reply(client, happening.from, happening.reply))
      case "stop": {
        const facts = [{ type: "crashed" }, ...(own === undefined ? [] : (own.crashed(client).facts ?? []))]
        const never = own?.stopped?.(own.crashed(client).state).facts ?? []
        return { actor: DEAD, sent: [], facts: [...facts, { type: "stopped" }, ...never] }
      }
      case "crash":
      case "amnesia": {
        if (inRounds) return { actor: DEAD, sent: [], facts: [{ type: "crashed" }] }
        const boots = algorithm.assumes?.storage === "none" ? process!.incarnation + 1 : 1
        const again = {
          ...(happening.type === "amnesia" ? fresh(to) : booted(algorithm, process!)),
          incarnation: boots,
        }
        const up = handled(again, client, rebootOf(algorithm))
        const { actor, sent, facts } = own === undefined ? up : then(up, to, own.crashed(client))
        return { actor, sent, facts: [{ type: "crashed" }, ...facts] }
      }
      case "tick":
        throw new Error("a tick is no event of one actor")
      case "start": {
        const up = handled(process!, client, happening)
        return own?.started === undefined ? up : then(up, to, own.started(client))
      }
      default:
        return handled(process!, client, happening)
    }
  }

  /** A client acts after something else has happened. */
  function then({ actor, sent, facts }: Happened, to: NodeId, acted: ClientStep): Happened {
    const more = afterClient(to, actor.process, acted)
    return { actor: more.actor, sent: [...sent, ...more.sent], facts: [...facts, ...more.facts] }
  }

  /** A client has acted: if it lives on a node, that has its requests at once. */
  function afterClient(
    to: NodeId,
    process: Process | null,
    { state, requests = [], facts = [] }: ClientStep,
  ): Happened {
    const { id } = clientAt(to)!
    const first: Happened = { actor: { process, client: state }, sent: [], facts }
    if (process === null) {
      const sent = requests.map(({ to: node, request }): Occurrence => {
        return { to: node, happening: { type: "request", client: id, request } }
      })
      return { ...first, sent }
    }
    let now = first
    for (const { request } of requests) {
      const next = handled(now.actor.process!, now.actor.client, { type: "request", client: id, request })
      now = { actor: next.actor, sent: [...now.sent, ...next.sent], facts: [...now.facts, ...next.facts] }
    }
    return now
  }

  /** A process handles an event; the client that lives on it has its replies at once. */
  function handled(process: Process, client: unknown, event: ProcessEvent): Happened {
    const [next, effects] = step(algorithm, process, event, {
      now: (process.incarnation - 1) * 1_000,
      random: low => low,
    })
    const own = clientAt(process.id)
    let now: Happened = {
      actor: { process: next, client },
      sent: effects.flatMap(effect => sendsOf(effect, process.id)),
      facts: effects.flatMap(effect => (effect.type === "report" ? [effect.fact] : [])),
    }
    for (const effect of effects) {
      if (effect.type !== "reply" || own?.id !== effect.client) continue
      now = then(now, process.id, own.reply(now.actor.client, process.id, effect.reply))
    }
    return now
  }

  function fresh(id: NodeId): Process {
    return newProcess(algorithm, { id, size, parameters })
  }

  function sendsOf(effect: Effect, from: NodeId): readonly Occurrence[] {
    if (effect.type === "reply") {
      const place = outside.findIndex(({ id }) => id === effect.client)
      const happening: Happening = { type: "answer", from, reply: effect.reply }
      return place < 0 ? [] : [{ to: members.length + place, happening }]
    }
    if (effect.type !== "send" && effect.type !== "broadcast") return []
    const happening: ProcessEvent = { type: "receive", from, message: effect.message }
    return (effect.type === "send" ? [effect.to] : peersOf(from, size)).map(to => ({ to, happening }))
  }

  /** The groups that may come next. */
  function successors(group: Group): readonly Group[] {
    if (group.turn > 0) return turn(group)
    const arrivals = deliverable(group.underWay).map(event => {
      return {
        event,
        groups: after(
          group,
          event,
          network === "lasting" ? group.underWay : without(group.underWay, event),
          group.left,
          !idleSteps,
        ),
      }
    })
    const isOwed = arrivals.some(({ event, groups }) => groups.length > 0 && isAlive(group, events.values[event]!))
    const first = turnFrom(group, 0)
    const round = inRounds && !isOwed && first > 0 ? [{ ...group, underWay: [], turn: first }] : []
    return [...arrivals.flatMap(({ groups }) => groups), ...round, ...others(group)]
  }

  /** The messages that may arrive next. */
  function deliverable(underWay: readonly number[]): readonly number[] {
    const messages = [...new Set(underWay)]
    if (network !== "fifo") return messages
    const links = messages.map(event => linkOf(events.values[event]!, event))
    return messages.filter((_, place) => links.indexOf(links[place]!) === place)
  }

  function isAlive({ processes: numbers }: Group, { happening }: Occurrence): boolean {
    return happening.type !== "receive" || actors.values[numbers[happening.from]!]!.isDead !== true
  }

  function turnFrom({ processes: numbers }: Group, first: NodeId): number {
    const next = members.find(id => id >= first && (actors.values[numbers[id]!]!.process?.timers.size ?? 0) > 0)
    return next === undefined ? 0 : next + 1
  }

  /** In rounds, the timers of a process run out. */
  function turn(group: Group): readonly Group[] {
    const id = group.turn - 1
    const next = { ...group, turn: turnFrom(group, id + 1) }
    return [...actors.values[group.processes[id]!]!.process!.timers.values()].flatMap(({ timer, key }) => {
      const event = events.numberOf({ to: id, happening: { type: "timeout", ...timerNamed(timer, key) } })
      return after(next, event, group.underWay, group.left)
    })
  }

  /** The groups that may come next but by a message that arrives, or by the end of a round. */
  function others(group: Group): readonly Group[] {
    const { processes: numbers, underWay, left } = group
    const messages = deliverable(underWay)
    const fragile = clients.length === 0 ? messages : messages.filter(each => isBetweenNodes(events.values[each]!))
    const timers = members.flatMap(to => {
      const armed = inRounds ? [] : [...(actors.values[numbers[to]!]!.process?.timers.values() ?? [])]
      return armed.map(({ timer, key }) => ({ to, timer, key }))
    })
    const moves = places.flatMap(to => {
      return (inRounds ? [] : (clientAt(to)?.moves(actors.values[numbers[to]!]!.client) ?? [])).map(move => ({
        to,
        move,
      }))
    })
    return [
      ...fragile.flatMap(event => spent(left, "duplicates", less => after(group, event, underWay, less))),
      ...fragile.flatMap(event =>
        spent(left, "losses", less => [{ ...group, left: less, underWay: without(underWay, event) }]),
      ),
      ...timers.flatMap(({ to, timer, key }) => {
        const event = events.numberOf({ to, happening: { type: "timeout", ...timerNamed(timer, key) } })
        const name = timer in left.timeouts ? timer : "all"
        const some = left.timeouts[name] ?? 0
        const less = { ...left, timeouts: { ...left.timeouts, [name]: some - 1 } }
        return some > 0 ? after(group, event, underWay, less) : []
      }),
      ...moves.flatMap(({ to, move }) => {
        const event = events.numberOf({ to, happening: { type: "move", ...move } })
        if (move.isRetry !== true) return after(group, event, underWay, left)
        const { retries = 0 } = left
        return retries > 0 ? after(group, event, underWay, { ...left, retries: retries - 1 }) : []
      }),
      ...(["crash", "amnesia", "stop"] as const).flatMap(type => {
        const one = ({ crash: "crashes", amnesia: "amnesias", stop: "stops" } as const)[type]
        const living = members.slice(0, size).filter(id => actors.values[numbers[id]!]!.isDead !== true)
        return living.flatMap(to => {
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
        underWay: ordered(network === "set" || network === "lasting" ? [...new Set(all)] : all),
        watch: watchAfter(group.watch, reported),
        left,
        turn: group.turn,
      },
    ]
  }

  /** By number, or by link where those keep the order. */
  function ordered(underWay: readonly number[]): readonly number[] {
    const rank = (event: number): string => linkOf(events.values[event]!, event)
    if (network !== "fifo") return underWay.toSorted((a, b) => a - b)
    return underWay.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0))
  }

  function watchAfter(state: number, reported: readonly Reported[]): number {
    return watched.numberOf(reported.reduce((now, each) => watch.observe(now, each), copied(watched.values[state])))
  }

  let first: Group = {
    processes: places.map(id => {
      const process = id < members.length ? fresh(id) : null
      return actors.numberOf({ process, client: clientAt(id)?.initial ?? null })
    }),
    underWay: asks.map(({ to, client, request }) =>
      events.numberOf({ to, happening: { type: "request", client, request } }),
    ),
    watch: watched.numberOf(watch.initial),
    left: budgets,
    turn: 0,
  }
  for (const id of members) {
    const start = events.numberOf({ to: id, happening: { type: "start" } })
    first = after(first, start, first.underWay, budgets)[0]!
  }
  const meet = ({ processes, underWay, watch: number, left }: Group): void =>
    visit?.({
      actors: processes.map(each => actors.values[each]!),
      underWay: underWay.map(each => events.values[each]!),
      watch: watched.values[number],
      left,
    })
  meet(first)
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
      meet(reached)
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
  what: "crashes" | "amnesias" | "stops" | "losses" | "duplicates",
  then: (less: Budgets) => T[],
): T[] {
  const some = left[what] ?? 0
  return some > 0 ? then({ ...left, [what]: some - 1 }) : []
}

/** Each message of a client has a link to itself. */
function linkOf({ to, happening }: Occurrence, event: number): string {
  return happening.type === "receive" ? `${happening.from} ${to}` : `client ${event}`
}

function isBetweenNodes({ happening }: Occurrence): boolean {
  return happening.type === "receive"
}

function without(numbers: readonly number[], one: number): readonly number[] {
  return numbers.toSpliced(numbers.indexOf(one), 1)
}

function fingerprint({ processes, underWay, watch, left, turn }: Group): number {
  return hash(`${processes.join()}|${underWay.join()}|${watch}|${JSON.stringify(left)}|${turn}`)
}
