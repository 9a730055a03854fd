// Threads that explore together: as many states and transitions as one finds alone, and a violation in as few steps.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, test } from "vitest"
import { Crew } from "../../checking/parallel/crew.ts"
import { type CheckRequest, modelOf } from "../../checking/request.ts"
import { counterexampleOf } from "../../checking/counterexample.ts"
import { NotInterchangeable } from "../../runtime/checker/orbits.ts"
import { Explorer } from "../../runtime/checker/search/explorer.ts"
import type { Exploration } from "../../runtime/checker/exploration.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { temporaryFolder } from "../support/folder.ts"
import { isNight, oneInByDay } from "../support/effort.ts"
import { isMutationRun } from "../support/mutation-run.ts"
import { requestOf } from "../support/untimed-models.ts"

interface Options {
  readonly outside?: readonly string[]
  readonly threads?: number
  readonly bySymmetry?: boolean
  readonly states?: number
  readonly depth?: number
}

/** @param begun states that the first explorer finds alone */
function crewOf(request: CheckRequest, begun: number, options: Options): Crew {
  const { threads = 2, bySymmetry = false, states: maxStates = 1e6, depth: maxDepth = Infinity, outside = [] } = options
  const explorer = new Explorer(modelOf(request), { bySymmetry })
  explorer.begin()
  while (explorer.result.states < begun) if (!explorer.advance()) throw new Error("it is over before it is shared")
  return new Crew(explorer, request, { threads, bySymmetry, outside, maxStates, maxDepth })
}

function together(request: CheckRequest, begun: number, options: Options = {}): Promise<Exploration> {
  return crewOf(request, begun, options).explore()
}

function alone(request: CheckRequest, options: Options = {}): Exploration {
  const { bySymmetry = false, states = 1e6, depth = Infinity } = options
  return new Explorer(modelOf(request), { bySymmetry }).explore({ states, depth })
}

const ELECTIONS = requestOf("raft", "leader-election", { operations: 0, timeouts: { election: 2 } })
const CRASHES = requestOf("floodset", "agreement", { nodes: 4, timeouts: {}, crashes: 1 })

const RAFT = JSON.stringify(join(import.meta.dirname, "../../algorithms/raft/raft.ts"))

/** Raft in a module of its own, which does something else when the second leader has committed two entries: deep. */
async function raftThat(otherwise: string): Promise<{ readonly algorithm: Algorithm; readonly outside: [string] }> {
  const file = join(temporaryFolder(), "other-raft.ts")
  writeFileSync(
    file,
    `import { raft } from ${RAFT}
     const { AppendEntriesReply } = raft.receive
     export default { ...raft, name: "other-raft", receive: { ...raft.receive,
       AppendEntriesReply: (node, message, from) => {
         if (node.state.commitIndex >= 2) ${otherwise}
         AppendEntriesReply(node, message, from)
       } } }`,
  )
  const loaded: { readonly default: Algorithm } = await import(pathToFileURL(file).href)
  return { algorithm: loaded.default, outside: [file] }
}

describe.skipIf(isMutationRun)("threads", () => {
  const cases: readonly (readonly [string, CheckRequest, Options])[] = [
    ["two in rounds, in memory that grows", CRASHES, {}],
    ["three, by symmetry", ELECTIONS, { threads: 3, bySymmetry: true }],
    ["two on a few tens of thousands of states", ELECTIONS, {}],
  ]

  test.each(oneInByDay(3, cases))("%s: the same states, transitions and depth", async (_, request, options) => {
    const { states, generated, depth, isComplete, unexpanded, missed } = await together(request, 500, options)
    const one = alone(request, options)
    expect({ states, generated, depth, isComplete, unexpanded, missed }).toEqual({
      states: one.states,
      generated: one.generated,
      depth: one.depth,
      isComplete: true,
      unexpanded: 0,
      missed: one.missed,
    })
  })

  test.skipIf(!isNight)("to a depth: no farther", async () => {
    const { states, generated, depth, isComplete, unexpanded } = await together(ELECTIONS, 500, { depth: 14 })
    const one = alone(ELECTIONS, { depth: 14 })
    expect({ states, generated, depth, isComplete, unexpanded }).toEqual({
      states: one.states,
      generated: one.generated,
      depth: 14,
      isComplete: false,
      unexpanded: one.unexpanded,
    })
  })

  test("up to a number of states: hardly more", async () => {
    const { states, isComplete } = await together(CRASHES, 500, { states: 100_000 })
    expect({ isComplete, isEnough: states >= 100_000 && states < 400_000 }).toEqual({
      isComplete: false,
      isEnough: true,
    })
  })

  test("a violation: as few steps, and a run that shows it", async () => {
    // A disk that is lost takes with it what was accepted.
    const request = requestOf("paxos", "agreement", { timeouts: {}, amnesias: 1 })
    const one = alone(request)
    const { violation } = await together(request, 500)
    expect(one.states).toBeGreaterThan(20_000)
    expect(violation?.path).toHaveLength(one.violation!.path.length)
    expect(counterexampleOf(request, violation!).check).toBe("agreement")
  })

  test("what a handler throws, of an algorithm from outside", async () => {
    const { algorithm, outside } = await raftThat("throw new RangeError(`no room left`)")
    const request = { ...ELECTIONS, algorithm }
    const { violation } = await together(request, 500, { outside })
    expect(violation?.path).toHaveLength(alone(request).violation!.path.length)
    expect(violation).toMatchObject({ reason: "RangeError: no room left", error: { name: "RangeError" } })
  })

  test("nodes that turn out not to be interchangeable", async () => {
    const { algorithm, outside } = await raftThat("node.id === 0 && node.setTimer(`transfer`, 0)")
    const options = { algorithm, operations: 0, timeouts: { election: 2 }, crashes: 1 }
    const crew = crewOf(requestOf("raft", "leader-election", options), 500, { outside, bySymmetry: true })
    await expect(crew.explore()).rejects.toBeInstanceOf(NotInterchangeable)
  })
})
