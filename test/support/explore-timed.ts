/**
 * The same as `explore.ts` with a clock: arrays and texts, clocks that count on, timers by the time at which they run out, and
 * states that are compared once all that is relative to a clock is. It knows clients that live on nodes, and links that lose.
 */
import type { ClockModel, Model, Reported } from "../../runtime/checker/model.ts"
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import { retimed, type Times } from "../../runtime/contract/times.ts"
import type { ClientStep } from "../../runtime/contract/untimed.ts"
import { timerNamed, type Effect, type ProcessEvent, type Timer } from "../../runtime/process/effect.ts"
import { processCount } from "../../runtime/process/parts.ts"
import { booted, newProcess, type Process, rebootOf, step, timerId } from "../../runtime/process/process.ts"
import { copied, encode } from "../../runtime/process/value.ts"

interface Message {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: Tagged
  readonly age: number
}

interface Node {
  readonly process: Process
  readonly client: unknown
  /** The ticks that its clock has counted, and had counted at each boot: it begins anew then. */
  readonly ticks: number
  readonly boots: readonly number[]
  /** By timer, when it runs out by that clock. */
  readonly due: ReadonlyMap<string, Timer & { readonly at: number }>
}

interface Group {
  readonly nodes: readonly Node[]
  readonly underWay: readonly Message[]
  readonly watch: unknown
  readonly left: { readonly crashes: number; readonly losses: number; readonly drift: number }
}

/** Between the clocks of two processes, and of two lives of one. */
const FAR = 1_000_000

export function exploreTimed(model: Model & { readonly clock: ClockModel }, horizon: number) {
  const { algorithm, size, parameters, clients = [], budgets, watch } = model
  const { minDelay, maxDelay = Infinity } = model.clock
  /** Nothing depends on how old a message is beyond this. */
  const oldest = maxDelay === Infinity ? minDelay : maxDelay
  const times: Times = algorithm.times!
  const count = processCount(algorithm, size, parameters)
  const clientOf = (id: NodeId) => clients.find(({ home }) => home === id)
  const epochOf = (time: number): number => Math.round(time / FAR)
  const readingOf = ({ process: { id }, ticks, boots }: Node): number => {
    return (1 + id + count * (boots.length - 1)) * FAR + ticks - boots.at(-1)!
  }

  /** What a node comes to by an event, and the group with it. */
  function after(group: Group, id: NodeId, first: Node, events: readonly ProcessEvent[], acted?: ClientStep): Group {
    let node = first
    const sent: Message[] = []
    const facts: Reported["fact"][] = []
    const own = clientOf(id)
    const answer = ({ state, requests = [], facts: told = [] }: ClientStep): void => {
      node = { ...node, client: state }
      facts.push(...told)
      for (const { request } of requests) handle({ type: "request", client: own!.id, request })
    }
    const handle = (event: ProcessEvent): void => {
      if (event.type === "timeout") node = { ...node, due: without(node.due, timerId(event)) }
      const [next, effects] = step(algorithm, node.process, event, { now: readingOf(node), random: low => low })
      node = { ...node, process: next, due: effects.reduce((due, effect) => armed(due, effect, node.ticks), node.due) }
      for (const effect of effects) {
        if (effect.type === "report") facts.push(effect.fact)
        if (effect.type === "send") sent.push({ from: id, to: effect.to, message: effect.message, age: 0 })
      }
      for (const effect of effects) {
        if (effect.type === "reply" && own?.id === effect.client) answer(own.reply(node.client, id, effect.reply))
      }
    }
    for (const event of events) handle(event)
    if (acted !== undefined) answer(acted)
    const observed = facts.reduce((state, fact) => watch.observe(state, { node: id, fact }), copied(group.watch))
    return { ...group, nodes: group.nodes.with(id, node), underWay: [...group.underWay, ...sent], watch: observed }
  }

  function crash(group: Group, id: NodeId): Group {
    const { process, client, ticks, boots } = group.nodes[id]!
    const due = new Map<string, never>()
    const again: Node = { process: booted(algorithm, process), client, ticks, boots: [...boots, ticks], due }
    const crashed = { ...group, watch: watch.observe(copied(group.watch), { node: id, fact: { type: "crashed" } }) }
    return after(crashed, id, again, [rebootOf(algorithm)], clientOf(id)?.crashed(client))
  }

  /** @param counted by process, the ticks that its clock counts */
  function later(group: Group, counted: (id: NodeId) => number): Group {
    return {
      ...group,
      nodes: group.nodes.map((node, id) => ({ ...node, ticks: node.ticks + counted(id) })),
      underWay: group.underWay.map(each => ({ ...each, age: Math.min(oldest, each.age + 1) })),
    }
  }

  function successors(group: Group): readonly Group[] {
    const { nodes, underWay, left } = group
    const different = new Map(underWay.map((each, place) => [relative(each, nodes), place]))
    const messages = [...different.values()].map(place => ({
      each: underWay[place]!,
      rest: underWay.toSpliced(place, 1),
    }))
    const due = nodes.flatMap((node, id) => {
      return [...node.due.values()].flatMap(({ at, timer, key }) => {
        return at <= node.ticks ? [{ id, event: { type: "timeout", ...timerNamed(timer, key) } as const }] : []
      })
    })
    const isOwed = underWay.some(({ age }) => age >= maxDelay)
    const mayPass = due.length === 0 && !isOwed
    const plain = later(group, () => 1)
    const [here, next] = [print(group), print(plain)]
    const drifts = left.drift === 0 ? [] : nodes.flatMap((_, id) => [0, 2].map(ticks => ({ id, ticks })))
    return [
      ...messages.flatMap(({ each: { from, to, message, age }, rest }) => {
        const event = { type: "receive", from, message } as const
        return age < minDelay ? [] : [after({ ...group, underWay: rest }, to, nodes[to]!, [event])]
      }),
      ...messages.flatMap(({ each: { age }, rest }) => {
        return left.losses > 0 && age >= minDelay
          ? [{ ...group, underWay: rest, left: { ...left, losses: left.losses - 1 } }]
          : []
      }),
      ...due.map(({ id, event }) => after(group, id, nodes[id]!, [event])),
      ...nodes.flatMap((node, id) => {
        const own = clientOf(id)
        return (own?.moves(node.client) ?? []).map(({ name }) =>
          after(group, id, node, [], own!.move(node.client, name)),
        )
      }),
      ...nodes.slice(0, left.crashes > 0 ? size : 0).map((_, id) => {
        return crash({ ...group, left: { ...left, crashes: left.crashes - 1 } }, id)
      }),
      ...(mayPass && next !== here ? [plain] : []),
      ...(mayPass ? drifts : []).flatMap(({ id: erring, ticks }) => {
        const other = later(group, id => (id === erring ? ticks : 1))
        return print(other) === next ? [] : [{ ...other, left: { ...left, drift: left.drift - 1 } }]
      }),
    ]
  }

  /** Data in which all times are relative to the clock that they are of. */
  function relative(value: unknown, nodes: readonly Node[]): string {
    return encode(
      retimed(value, times, (time, kind) => {
        const epoch = epochOf(time)
        if (epoch === 0 || kind === "number") return time
        const { ticks, boots } = nodes[(epoch - 1) % count]!
        const ago = time - epoch * FAR - ticks + boots[Math.floor((epoch - 1) / count)]!
        return epoch * FAR + Math.max(ago, kind === "deadline" ? 0 : -horizon)
      }),
    )
  }

  function print({ nodes, underWay, watch: watched, left }: Group): string {
    const actors = nodes.map(({ process: { state, disk, incarnation }, client, ticks, due }) => {
      const timers = [...due].map(([name, { at }]) => `${name} ${Math.max(0, at - ticks)}`).toSorted()
      return [relative([state, disk], nodes), incarnation, encode(client), timers]
    })
    const messages = underWay.map(each => relative(each, nodes))
    return encode([actors, messages.toSorted(), watch.essence?.(watched) ?? watched, left])
  }

  const { crashes, losses, drift = 0 } = budgets
  let first: Group = {
    nodes: Array.from({ length: count }, (_, id) => {
      const process = newProcess(algorithm, { id, size, parameters })
      return { process, client: clientOf(id)?.initial ?? null, ticks: 0, boots: [0], due: new Map() }
    }),
    underWay: [],
    watch: watch.initial,
    left: { crashes, losses, drift },
  }
  for (let id = 0; id < count; id++) {
    const client = clientOf(id)
    first = after(first, id, first.nodes[id]!, [{ type: "start" }], client?.started?.(client.initial))
  }
  const seen = new Set([print(first)])
  let [generated, depth] = [1, 0]
  for (let frontier = [first]; ; depth++) {
    const reached = frontier.flatMap(successors)
    generated += reached.length
    frontier = reached.filter(group => {
      const text = print(group)
      if (seen.has(text)) return false
      seen.add(text)
      return true
    })
    const problem = frontier.map(group => watch.problem(group.watch)).find(each => each !== null)
    if (problem !== undefined) return { states: seen.size, generated, depth: depth + 1, violation: problem }
    if (frontier.length === 0) return { states: seen.size, generated, depth, violation: null }
  }
}

function armed(due: Node["due"], effect: Effect, ticks: number): Node["due"] {
  if (effect.type === "cancelTimer") return without(due, timerId(effect))
  if (effect.type !== "setTimer") return due
  const timer = timerNamed(effect.timer, effect.key)
  return new Map([...due, [timerId(effect), { ...timer, at: ticks + effect.delay }]])
}

function without<Value>(map: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  return new Map([...map].filter(([each]) => each !== key))
}
