// Mistakes planted on purpose: each of them is caught, by the check named with it.
import { describe, expect, test } from "vitest"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import type { MultiPaxos } from "../../../algorithms/multi-paxos/types.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { runService, violations } from "../../support/service-run.ts"
import { createCluster } from "../../support/cluster.ts"
import { forgetful, mutants } from "./mutants.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { randomDuel } from "./random-faults.ts"
import { executedBy, write } from "./support.ts"

const SEEDS = 300

async function withMistake(edits: readonly Edit[]): Promise<Algorithm<MultiPaxos>> {
  const module = await compileWith<{ multiPaxos: Algorithm<MultiPaxos> }>(
    "algorithms/multi-paxos/multi-paxos.ts",
    edits,
  )
  return module.multiPaxos
}

/** The names of all that went wrong in a random run of duelling proposers. */
function mistakesFound(algorithm: Algorithm<MultiPaxos>, seed: number): string[] {
  const run = runService(algorithm, replicatedLog, randomDuel(seed), seed)
  if (run.status === "failed") return [run.reason]
  return violations(run).map(violation => violation.split(":")[0]!)
}

test("without a mistake, nothing is found", () => {
  for (let seed = 1; seed <= randomRuns(SEEDS); seed++)
    expect(mistakesFound(multiPaxos, seed), `seed ${seed}`).toEqual([])
})

test.each(mutants)("$name: $caughtBy", async ({ name, edits, caughtBy }) => {
  const algorithm = await withMistake(edits)
  const found = new Set<string>()
  const isCaught = (): boolean => [...found].some(finding => finding.startsWith(caughtBy))
  const seed = seedThatShows(`multi-paxos: ${name}`, SEEDS, each => {
    for (const check of mistakesFound(algorithm, each)) found.add(check)
    return isCaught()
  })
  expect(seed, [...found].join("; ")).toBeDefined()
})

describe("an acceptor that forgets its promise in a crash (Paxos Made Simple §2.5)", () => {
  /**
   * Node 2 promises node 1's ballot, crashes, and then gets a proposal of node 0's lower one.
   *
   * @returns what nodes 0 and 1 take for chosen in slot 1
   */
  function lateProposal(algorithm: Algorithm<MultiPaxos>): string[] {
    const parameters = { electionTimeoutMin: "1h", electionTimeoutMax: "1h", heartbeatInterval: "100ms" }
    const cluster = createCluster(algorithm, { nodes: 3, parameters })
    cluster.intercept((from, to, message) => {
      if (from + to === 1) return "drop"
      return message.type === "Accept" ? { delay: from === 0 ? 20_000 : 30_000 } : "deliver"
    })
    cluster.request(9, 0, { type: "Elect" })
    cluster.runUntil(() => cluster.state(0).proposer.role === "leader")
    cluster.request(0, 0, write("zero", 0))
    cluster.runFor("2ms")
    cluster.request(9, 1, { type: "Elect" })
    cluster.runUntil(() => cluster.state(1).proposer.role === "leader")
    cluster.request(1, 1, write("one", 1))
    cluster.runFor("2ms")
    cluster.crash(2)
    cluster.restart(2)
    cluster.runFor("50ms")
    return [...executedBy(cluster, 0), ...executedBy(cluster, 1)]
  }

  test("makes two leaders choose different values", async () => {
    expect(lateProposal(await withMistake(forgetful))).toEqual(["zero", "one"])
  })

  test("the real one does not", () => {
    expect(lateProposal(multiPaxos)).toEqual(["one"])
  })
})
