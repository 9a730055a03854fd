/**
 * All cases of a small instance: every schedule of crashes, every strategy of traitors, every input. A cell with cases
 * has one run for each: run k is case k, and nothing in it is random.
 *
 * A case is an index into a product, so that each can be made without those before it. Nothing here needs Effect or
 * Node.js.
 */
import type { NodeId } from "../runtime/contract/ids.ts"
import type { Fault } from "../runtime/faults/fault.ts"
import type { Cases, CrashCases, InputCases, NodeSets, TraitorCases } from "./case-space.ts"
import type { CellScenario } from "./cell.ts"

/** The name of a case: `schedule` if only crashes differ, `strategy` if only traitors do. */
export type CaseName = "schedule" | "strategy" | "case"

export function caseName({ crashes, traitors }: Cases): CaseName {
  if (crashes !== undefined && traitors === undefined) return "schedule"
  return traitors !== undefined && crashes === undefined ? "strategy" : "case"
}

/** The number of cases of a group of some size. */
export function countCases({ crashes, traitors, inputs }: Cases, nodes: number): number {
  const schedules = crashes === undefined ? 1 : total(crashBlocks(crashes, nodes))
  return schedules * total(traitorBlocks(traitors, inputs))
}

/** The number of runs of a cell that enumerates its cases; undefined of other cells. */
export function casesOf({ every, nodes }: CellScenario): number | undefined {
  return every === undefined ? undefined : countCases(every, nodes)
}

/** The scenario of one case. @param number from 1; a scenario without cases is returned as it is */
export function caseOf({ every, ...scenario }: CellScenario, number: number): CellScenario {
  if (every === undefined) return scenario
  const { crashes, traitors, inputs } = every
  const strategies = traitorBlocks(traitors, inputs)
  const inner = total(strategies)
  const schedule = crashes === undefined ? [] : schedulesAt(crashes, scenario.nodes, Math.floor((number - 1) / inner))
  const { nodes, place } = blockAt(strategies, (number - 1) % inner)
  const strategy = traitors === undefined ? { faults: [], rest: place } : strategyAt(traitors, inputs, nodes, place)
  const proposal = inputs === undefined ? {} : { proposal: inputsAt(inputs, nodes, strategy.rest).join("_") }
  return {
    ...scenario,
    workload: { ...scenario.workload, ...proposal },
    faults: [...scenario.faults, ...schedule, ...strategy.faults],
  }
}

/** The cases in which these nodes are the ones that crash or betray. */
interface Block {
  readonly nodes: readonly NodeId[]
  readonly cases: number
}

function total(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { cases }) => sum + cases, 0)
}

function crashBlocks(crashes: CrashCases, size: number): readonly Block[] {
  const ways = waysToCrash(crashes, size)
  return setsOf(crashes.sets).map(nodes => ({ nodes, cases: ways ** nodes.length }))
}

/** The ways in which one node can crash: in which broadcast, and which proper subset of the others still receives it. */
function waysToCrash({ broadcasts }: CrashCases, size: number): number {
  return broadcasts * properSubsets(size)
}

function properSubsets(size: number): number {
  return 2 ** (size - 1) - 1
}

/** Without traitors, one block in which nobody betrays. */
function traitorBlocks(traitors: TraitorCases | undefined, inputs: InputCases | undefined): readonly Block[] {
  const sets = traitors === undefined ? [[]] : setsOf(traitors.sets)
  return sets.map(nodes => {
    const scripts = nodes.map(node => (traitors === undefined ? 1 : scriptsOf(traitors, inputs, node)))
    return { nodes, cases: product(scripts) * combinations(inputs, nodes) }
  })
}

function scriptsOf({ messages, says }: TraitorCases, inputs: InputCases | undefined, node: NodeId): number {
  return says.length ** (proposes(inputs, node) ? messages.proposer : messages.other)
}

/** Without inputs to enumerate, node 0 is the proposer. */
function proposes(inputs: InputCases | undefined, node: NodeId): boolean {
  return node < (inputs?.proposers ?? 1)
}

/** A traitor has no input: its strategy determines its messages. */
function combinations(inputs: InputCases | undefined, traitors: readonly NodeId[]): number {
  if (inputs === undefined) return 1
  const loyal = inputs.proposers - traitors.filter(node => proposes(inputs, node)).length
  return inputs.values ** loyal
}

function blockAt(blocks: readonly Block[], number: number): { nodes: readonly NodeId[]; place: number } {
  let place = number
  for (const { nodes, cases } of blocks) {
    if (place < cases) return { nodes, place }
    place -= cases
  }
  throw new Error(`there is no case ${number}`)
}

function schedulesAt(crashes: CrashCases, size: number, number: number): readonly Fault[] {
  const { nodes, place } = blockAt(crashBlocks(crashes, size), number)
  const ways = digits(
    place,
    nodes.map(() => waysToCrash(crashes, size)),
  )
  return nodes.map((node, index): Fault => {
    const way = ways[index]!
    const others = Array.from({ length: size }, (_, other) => other).filter(other => other !== node)
    const subset = way % properSubsets(size)
    const reaches = others.filter((_, bit) => (subset >> bit) % 2 === 1)
    const broadcast = Math.floor(way / properSubsets(size)) + 1
    return { kind: "brokenBroadcast", target: { nodes: [node] }, broadcast, reaches, at: crashes.at }
  })
}

/** The strategies of the traitors of a set. `rest`: the remainder of the number, for the inputs. */
function strategyAt(traitors: TraitorCases, inputs: InputCases | undefined, nodes: readonly NodeId[], number: number) {
  const { says, messages, at } = traitors
  const inner = combinations(inputs, nodes)
  const scripts = digits(
    Math.floor(number / inner),
    nodes.map(node => scriptsOf(traitors, inputs, node)),
  )
  const faults = nodes.map((node, index): Fault => {
    const length = proposes(inputs, node) ? messages.proposer : messages.other
    const words = digits(
      scripts[index]!,
      Array.from({ length }, () => says.length),
    )
    const script = words.map(word => says[word]!)
    return { kind: "byzantine", target: { nodes: [node] }, behaviour: { script }, at }
  })
  return { faults, rest: number % inner }
}

function inputsAt(inputs: InputCases, traitors: readonly NodeId[], number: number): readonly number[] {
  const { proposers, values } = inputs
  const nodes = Array.from({ length: proposers }, (_, node) => node)
  const loyal = nodes.filter(node => !traitors.includes(node))
  const given = digits(
    number,
    loyal.map(() => values),
  )
  return nodes.map(node => given[loyal.indexOf(node)] ?? 0)
}

/** The digits of a number, the most significant first; each has its own base. */
function digits(number: number, bases: readonly number[]): readonly number[] {
  let rest = number
  return bases
    .toReversed()
    .map(base => {
      const digit = rest % base
      rest = Math.floor(rest / base)
      return digit
    })
    .toReversed()
}

function product(factors: readonly number[]): number {
  return factors.reduce((result, factor) => result * factor, 1)
}

/** The sets, ordered by size and then by members. */
function setsOf({ among, from, to }: NodeSets): readonly (readonly NodeId[])[] {
  const choose = (start: number, left: number): readonly (readonly NodeId[])[] =>
    left === 0
      ? [[]]
      : among
          .slice(start)
          .flatMap((node, skipped) => choose(start + skipped + 1, left - 1).map(rest => [node, ...rest]))
  return Array.from({ length: to - from + 1 }, (_, more) => choose(0, from + more)).flat()
}
