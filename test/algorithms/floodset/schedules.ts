/**
 * Plays one instance of FloodSet round by round, with crashes in the middle of a broadcast, and enumerates all schedules of
 * such crashes: with n processes and R rounds, at most f of them crash, each in one of the R rounds after reaching any
 * proper subset of the others (one that reaches all crashes at the end of the round, which nobody notices).
 */
import { floodSet } from "../../../algorithms/floodset/floodset.ts"
import type { Flood, FloodSet, State } from "../../../algorithms/floodset/types.ts"
import type { Algorithm, Node, NodeId } from "../../../runtime/contract/algorithm.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import type { FloodSetParameters } from "../../../algorithms/floodset/parameters.ts"

export interface Crash {
  readonly process: NodeId
  /** From 1. */
  readonly round: number
  /** The others that its last broadcast reaches. */
  readonly reached: readonly NodeId[]
}

export interface Outcome {
  /** What each process decided, crashed ones included. */
  readonly decisions: ReadonlyMap<NodeId, number>
  /** The round at whose end the last live process decided. */
  readonly rounds: number
  readonly messages: number
}

/** By size of a group and process, the others: tens of thousands of groups are played. */
const peersBySize: NodeId[][][] = []

function peersIn(size: number): readonly NodeId[][] {
  const known = peersBySize[size]
  if (known !== undefined) return known
  const all = Array.from({ length: size }, (_, id) => id)
  return (peersBySize[size] = all.map(id => all.filter(peer => peer !== id)))
}

/** A process, played without a network: it takes part until it has decided or crashed. */
class Player implements Node<FloodSet> {
  readonly id: NodeId
  readonly size: number
  readonly peers: readonly NodeId[]
  readonly parameters: FloodSetParameters
  readonly state: State
  readonly disk = {}
  isWaiting = false
  /** What it broadcast in this round. */
  sent: Flood | undefined
  decision: number | undefined

  constructor(algorithm: Algorithm<FloodSet>, id: NodeId, size: number, parameters: FloodSetParameters) {
    this.id = id
    this.size = size
    this.peers = peersIn(size)[id]!
    this.parameters = parameters
    this.state = algorithm.state(this)
  }

  now(): number {
    return 0
  }

  isOver(deadline: number): boolean {
    return deadline <= 0
  }

  random(low: number): number {
    return low
  }

  broadcast(message: Flood): void {
    this.sent = message
  }

  report({ value }: FloodSet["service"]["fact"]): void {
    this.decision = value
  }

  setTimer(): void {
    this.isWaiting = true
  }

  cancelTimer(): void {
    this.isWaiting = false
  }

  sign(): string {
    throw new Error("nothing is signed here")
  }

  verify(): boolean {
    throw new Error("nothing is signed here")
  }

  role(): readonly NodeId[] {
    return []
  }

  reply(): void {}
  send(): void {}
  save(): void {}
  append(): void {}
  truncate(): void {}
  discard(): void {}
}

/**
 * Plays an instance.
 *
 * @param inputs what each process proposes; null: nothing
 * @param algorithm FloodSet, or a mutant of it
 */
export function play(
  parameters: FloodSetParameters,
  inputs: readonly (number | null)[],
  crashes: readonly Crash[],
  algorithm: Algorithm<FloodSet> = floodSet,
): Outcome {
  const players = inputs.map((_, id) => new Player(algorithm, id, inputs.length, parameters))
  const alive = new Set(players)
  let messages = 0
  for (const [id, player] of players.entries()) {
    const value = inputs[id] ?? null
    if (value === null) algorithm.request.Await(player, { type: "Await", instance: 1, commander: 0 }, id)
    else algorithm.request.Propose(player, { type: "Propose", instance: 1, value }, id)
  }
  let round = 1
  for (; players.some(player => player.isWaiting && alive.has(player)); round++) {
    for (const from of alive) {
      const { sent } = from
      from.sent = undefined
      if (sent === undefined) continue
      const crash = crashes.find(({ process, round: when }) => process === from.id && when === round)
      for (const to of players) {
        if (to === from || (crash !== undefined && !crash.reached.includes(to.id))) continue
        messages++
        if (alive.has(to)) algorithm.receive.Flood(to, sent, from.id)
      }
    }
    for (const { process, round: when } of crashes) if (when === round) alive.delete(players[process]!)
    for (const player of alive) if (player.isWaiting) algorithm.timeout.round(player)
  }
  const decisions = new Map(players.flatMap(({ id, decision }) => (decision === undefined ? [] : [[id, decision]])))
  return { decisions, rounds: round - 1, messages }
}

/** Parameters as a user writes them, with the defaults of FloodSet. */
export function parametersOf(given: Readonly<Record<string, unknown>>): FloodSetParameters {
  const resolved = resolveParameters(floodSet.parameters, given, 1_000)
  if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.values as unknown as FloodSetParameters
}

/** All schedules of at most `f` crashes of `n` processes in `rounds` rounds. */
export function schedules(n: number, f: number, rounds: number): Crash[][] {
  const processes = Array.from({ length: n }, (_, process) => process)
  const ways = (process: NodeId): Crash[] =>
    Array.from({ length: rounds }, (_, r) =>
      properSubsets(processes.filter(other => other !== process)).map(reached => ({ process, round: r + 1, reached })),
    ).flat()
  const extend = (from: NodeId, left: number): Crash[][] =>
    from === n || left === 0
      ? [[]]
      : [
          ...extend(from + 1, left),
          ...ways(from).flatMap(crash => extend(from + 1, left - 1).map(rest => [crash, ...rest])),
        ]
  return extend(0, f)
}

/** All lists of n inputs of 0 and 1. */
export function binaryInputs(n: number): number[][] {
  return Array.from({ length: 2 ** n }, (_, bits) => Array.from({ length: n }, (__, place) => (bits >> place) & 1))
}

function properSubsets<T>(items: readonly T[]): T[][] {
  const all = Array.from({ length: 2 ** items.length }, (_, bits) => items.filter((__, place) => (bits >> place) & 1))
  return all.slice(0, -1)
}

/** Whether two processes that did not crash decided differently, or with `uniform`, any two. */
export function disagrees({ decisions }: Outcome, crashes: readonly Crash[], uniform = false): boolean {
  const dead = new Set(crashes.map(({ process }) => process))
  const values = [...decisions].flatMap(([process, value]) => (uniform || !dead.has(process) ? [value] : []))
  return new Set(values).size > 1
}
