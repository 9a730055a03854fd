// Test settings of a mutation run (scripts/mutation.ts): the tests of one room, without those that plant mistakes themselves.
import { configDefaults, mergeConfig } from "vitest/config"
import { BaseSequencer, type Reporter, type TestSpecification } from "vitest/node"
import base from "./vitest.config.ts"

/** Milliseconds that each file took in the first run, which runs all of them without a mutant. */
const durations = new Map<string, number>()

const stopwatch: Reporter = {
  onTestModuleEnd(module) {
    if (!durations.has(module.moduleId)) durations.set(module.moduleId, module.diagnostic().duration)
  },
}

/** Begins with what is quick: the first test that fails ends the run of a mutant. */
class QuickestFirst extends BaseSequencer {
  override sort(files: readonly TestSpecification[]): Promise<TestSpecification[]> {
    const duration = ({ moduleId }: TestSpecification): number => durations.get(moduleId) ?? 0
    return Promise.resolve(files.toSorted((one, other) => duration(one) - duration(other)))
  }
}

/** Random runs by the hundred: a mutant takes minutes there. Without them scores say less than is true, never more. */
const SLOW = [
  "test/algorithms/contract.test.ts",
  "test/algorithms/{active-replication,raft}/faults.test.ts",
  "test/algorithms/common/{equal-terms,preferred-leader}.test.ts",
  "test/algorithms/floodset/exhaustive.test.ts",
  "test/algorithms/multi-paxos/flexible-quorums.test.ts",
  "test/algorithms/raft/{check-quorum,parallel-write}.test.ts",
  "test/algorithms/raymond/recovery.test.ts",
  "test/algorithms/*/safety.test.ts",
  "test/runtime/faults/{random-faults,renewal-availability}.test.ts",
  "test/runtime/simulation/{snapshot,stepping}.test.ts",
  "test/services/mutual-exclusion/dead-clients.test.ts",
  "test/services/replicated-log/lost-writes.test.ts",
]

const settings = mergeConfig(base, {
  test: {
    exclude: [...configDefaults.exclude, "**/mutants.test.ts", ...SLOW],
    reporters: [],
  },
})
const tests = process.env["MUTATION_TESTS"]
if (tests !== undefined && settings.test !== undefined) {
  delete settings.test.projects
  // One process for the files of a mutant: a process a file takes longer to start than most of them run.
  settings.test.isolate = false
  settings.test.include = JSON.parse(tests)
  settings.test.reporters = [stopwatch]
  settings.test.sequence = { sequencer: QuickestFirst }
}

export default settings
