/** Mistakes planted on purpose in the rules of a store that is kept in a replicated log, and what catches them. */
import { describe, expect, test } from "vitest"
import type { leaseLeadershipOn } from "../../../algorithms/lease-leadership/lease-leadership.ts"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Service } from "../../../runtime/contract/service.ts"
import { campaignedElection } from "../../../services/leader-election/service.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { compileWith, type Edit, WITHOUT_ASSERTIONS } from "../../support/mutants.ts"
import { isMutationRun } from "../../support/mutation-run.ts"
import { runService, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { seedThatShows } from "../../support/shown-by.ts"
import { LOGS, troubledStore } from "./random-faults.ts"
import { leaseLeadership } from "./support.ts"

const STORE = "algorithms/lease-leadership/logged-store.ts"
const CONTENDER = "algorithms/lease-leadership/lease-leadership.ts"
const REGISTER = "algorithms/common/logged-register.ts"

/** Runs in which nothing is wrong with the true algorithm. */
interface Trial {
  readonly service: Service
  readonly draw: (seed: number) => ServiceRunOptions
}

const TROUBLED: Trial = { service: mutualExclusion, draw: seed => troubledStore(seed) }

/** First the process of the store that acts crashes for good, and then the holder: all others have watched at the former. */
const SUCCESSION: Trial = {
  service: campaignedElection,
  draw: seed => ({
    nodes: 3,
    latency: "1ms",
    parameters: { store: LOGS[seed % LOGS.length]!, lease: "1s", renewInterval: "300ms", watchTimeout: "1h" },
    faults: [
      { kind: "crash", target: { nodes: [3] }, at: 500_000 },
      { kind: "crash", target: { nodes: [0] }, at: 3_000_000 },
    ],
    duration: "20s",
  }),
}

interface Mutant {
  readonly mistake: string
  readonly edit: Edit
  readonly trial?: Trial
  readonly caughtBy: string
}

const MUTANTS: readonly Mutant[] = [
  {
    mistake: "who begins to act does so on an empty table, whatever the log has",
    edit: { file: STORE, from: "store.state.table = register.valueOf(store)\n", to: "" },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "requests are carried out before the log has them",
    edit: {
      file: STORE,
      from: "if (table === state.table) register.confirm(store)\n    else register.write(store, table)",
      to: "void table\n    carryOutAll(store)",
    },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "the first one begins its reign with an empty register, whatever there is",
    edit: {
      file: REGISTER,
      from: "value: before.value })\n    this.#ask",
      to: "value: this.#options.initial(node) })\n    this.#ask",
    },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "who begins to act lets the lease that there is never expire",
    edit: { file: STORE, from: "awaitExpiry(store)\n      const { epoch }", to: "const { epoch }" },
    caughtBy: "unserved",
  },
  {
    mistake: "who begins to act takes the lease away after a moment",
    edit: {
      file: STORE,
      from: "awaitExpiry(store)\n      const { epoch }",
      to: 'store.setTimer("expiry", 1)\n      const { epoch }',
    },
    caughtBy: "mutual-exclusion",
  },
  {
    mistake: "contenders ask the process of the store that they asked first, for ever",
    edit: {
      file: CONTENDER,
      from: "node.send(node.state.store, message, purpose)",
      to: 'node.send(node.role("store")[0]!, message, purpose)',
    },
    caughtBy: "unserved",
  },
  {
    mistake: "who begins to act tells nobody, and those that watch wait for the one before",
    edit: { file: STORE, from: 'store.broadcast({ type: "Acts", epoch })', to: "void epoch" },
    trial: SUCCESSION,
    caughtBy: "unserved",
  },
  {
    mistake: "a process that has run before begins as if it founded the group",
    edit: { file: REGISTER, from: "node.save({ isFounded: true })\n", to: "" },
    caughtBy: "failed",
  },
]

/** Seeds within which every mutant is caught. */
const SEEDS = 60

/** Everything a run holds against an algorithm. With an odd seed all are served in the end. */
function objections(algorithm: Algorithm, { service, draw }: Trial, seed: number): readonly string[] {
  const run = runService(algorithm, service, draw(seed), seed)
  if (run.status === "failed") return ["failed"]
  const found = violations(run).map(violation => violation.split(":")[0]!)
  if (seed % 2 === 1 && run.outcome.unknown > 0) found.push("unserved")
  return found
}

describe.skipIf(isMutationRun)("mutants of a store in a log", () => {
  test.each(MUTANTS)("$mistake: caught by $caughtBy", async ({ mistake, edit, trial = TROUBLED, caughtBy }) => {
    const compiled = await compileWith<{ readonly leaseLeadershipOn: typeof leaseLeadershipOn }>(CONTENDER, [
      edit,
      WITHOUT_ASSERTIONS,
    ])
    const mutant = compiled.leaseLeadershipOn([raft, multiPaxos, viewstampedReplication])
    const isShownBy = (seed: number): boolean => objections(mutant, trial, seed).includes(caughtBy)
    const caught = seedThatShows(`lease-leadership, logged store: ${mistake}`, SEEDS, isShownBy)
    expect(caught, "no seed catches it").toBeDefined()
    expect(objections(leaseLeadership, trial, caught!)).toEqual([])
  })
})
