// Safety under everything at once, and mistakes planted on purpose, each caught by the check named with it.
import { expect, test } from "vitest"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import type { Paxos } from "../../../algorithms/paxos/types.ts"
import { POOL } from "../../support/pool.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { runService, scenarioOf, violations } from "../../support/service-run.ts"
import { compileWith, type Edit } from "../../support/mutants.ts"
import { isMutationRun, randomRuns } from "../../support/mutation-run.ts"
import { withSlowDisk } from "../multi-paxos/random-faults.ts"
import { randomScenario } from "./random-faults.ts"

const SEEDS = randomRuns(500)

/** As many as a mistake is looked for with, at most. */
const MUTANT_SEEDS = 2_000

test("500 random runs with crash, restart, partition, isolation, loss, duplication, reordering and slow disks", () => {
  let ok = 0
  let attempted = 0
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = simulate(withSlowDisk(scenarioOf(paxos, agreement, randomScenario(seed)), seed), seed, { pool: POOL })
    if (run.status === "failed") throw new Error(`seed ${seed}: ${run.reason} (${run.event})`)
    expect(violations(run.outcome), `seed ${seed}`).toEqual([])
    ok += run.outcome.ok
    attempted += run.outcome.attempted
  }
  expect(attempted).toBeGreaterThan(5 * SEEDS)
  expect(ok / attempted).toBeGreaterThan(0.8)
  expect(ok / attempted).toBeLessThan(0.99)
})

interface Mutant extends Edit {
  readonly name: string
  /** The check that catches it, or how the assertion of the algorithm that does so begins. */
  readonly caughtBy: string
}

function mutant(name: string, caughtBy: string, from: string, to: string, file = "paxos.ts"): Mutant {
  return { name, caughtBy, file: `algorithms/paxos/${file}`, from, to }
}

const mutants: readonly Mutant[] = [
  mutant(
    "an acceptor goes along with ballots below its promise",
    "a promise is on stable storage before it is given",
    "return decided === null && ballot >= promised",
    "return decided === null",
  ),
  mutant(
    "an acceptor accepts a proposal below its promise",
    "P1a (§2.2): an acceptor never takes a promise back",
    "mayAnswer(node, part, ballot, from)) return\n      const isNew = part",
    "(mayAnswer(node, part, ballot, from) || part.minutes.decided === null)) return\n      const isNew = part",
  ),
  mutant(
    "an acceptor says that it has accepted what it has not",
    "an acceptance is on stable storage before it is sent",
    "      if (isNew) accept(node, part, { ballot, value })\n",
    "",
  ),
  mutant(
    "a proposer takes no account of its own acceptor",
    "P2c (§2.2): what its own acceptor has accepted counts",
    "  part.reported = minutes.accepted\n",
    "  part.reported = null\n",
  ),
  mutant("an acceptor forgets in a crash", "agreement", "recall(disk)", "recall({ ...disk, journal: [] })"),
  mutant(
    "a proposer ignores the values reported to it",
    "agreement",
    "part.reported === null ? part.value : part.reported.value",
    "part.value ?? (part.reported === null ? null : part.reported.value)",
  ),
  mutant(
    "a proposer takes the value of the lowest-numbered proposal",
    "agreement",
    "return a.ballot >= b.ballot ? a : b",
    "return a.ballot < b.ballot ? a : b",
  ),
  mutant(
    "a proposer goes on with one promise too few",
    "agreement",
    "if (part.promises.length < phase1Quorum(node)) return",
    "if (part.promises.length < phase1Quorum(node) - 1) return",
  ),
  mutant(
    "a proposer counts promises of its former ballots",
    "agreement",
    "part.ballot !== ballot || part.proposed",
    "part.ballot === 0 || part.proposed",
  ),
  mutant(
    "a proposer counts an acceptor's promise as often as it comes",
    "agreement",
    " || part.promises.includes(from)",
    "",
  ),
  mutant(
    "a proposer does not ask its own acceptor for a promise",
    "a proposer whose own acceptor has promised a higher ballot is outbid",
    "record(node, part, { ...minutes, promised: part.ballot })\n",
    "",
  ),
  mutant(
    "proposers share their ballots",
    "no two proposers share a ballot",
    "+ 1) * node.size + node.id",
    "+ 1) * node.size",
  ),
  mutant(
    "a learner learns from one acceptor too few",
    "agreement",
    "if (part.voters.length < phase2Quorum(node)) return",
    "if (part.voters.length < phase2Quorum(node) - 1) return",
  ),
  mutant(
    "a learner counts an acceptance as often as it comes",
    "agreement",
    "} else if (!part.voters.includes(acceptor)) part.voters.push(acceptor)",
    "} else part.voters.push(acceptor)",
  ),
  mutant(
    "a learner adds up acceptances of different ballots",
    "agreement",
    "    part.voters = [acceptor]\n",
    "    if (!part.voters.includes(acceptor)) part.voters.push(acceptor)\n",
  ),
  mutant(
    "a proposer makes up a value when it has none",
    "validity",
    "if (value === null) return\n  const",
    "if (value === null) return void (part.value = -1)\n  const",
  ),
]

function mistakesFound(algorithm: Algorithm<Paxos>, seed: number): string[] {
  const run = runService(algorithm, agreement, randomScenario(seed), seed)
  if (run.status === "failed") return [run.reason]
  return violations(run).map(violation => violation.split(":")[0]!)
}

test.skipIf(isMutationRun).each(mutants)("$name: $caughtBy", async ({ caughtBy, ...edit }) => {
  const { paxos: mutated } = await compileWith<{ paxos: Algorithm<Paxos> }>("algorithms/paxos/paxos.ts", [edit])
  const found = new Set<string>()
  const isCaught = (): boolean => [...found].some(finding => finding.startsWith(caughtBy))
  for (let seed = 1; seed <= MUTANT_SEEDS && !isCaught(); seed++) {
    for (const check of mistakesFound(mutated, seed)) found.add(check)
  }
  expect(isCaught(), [...found].join("; ")).toBe(true)
})
