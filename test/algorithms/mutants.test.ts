// What algorithms assert of themselves speaks where the code is wrong: mistakes planted in algorithms whose other mutants are
// all caught by a check of the service. (Those of Raft and Paxos stand with their other mutants.)
import { expect, test } from "vitest"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import type { RunResult } from "../../runtime/scenario/scenario.ts"
import { chaos } from "../support/chaos.ts"
import { compileWith, type Edit } from "../support/mutants.ts"
import { runService } from "../support/service-run.ts"
import { type Bench, benches } from "./assertion-mutants.ts"

const SEEDS = 100

function run(algorithm: Algorithm, { service, options }: Bench, seed: number): RunResult {
  const { strikes = 0, ...rest } = options
  const { nodes } = options
  const faults = chaos(seed, { nodes, from: 100_000, to: 1_500_000, span: 200_000, faults: strikes, isWide: true })
  return runService(algorithm, service, { ...rest, faults, duration: "2s" }, seed)
}

/** What broke, in the words of the algorithm: as the reason of a failed run, or as the witness of one beyond its claims. */
function broken(result: RunResult): string | undefined {
  if (result.status === "failed") return result.reason
  const verdict = result.outcome.verdicts["invariants"]
  return verdict?.verdict === "violated" ? verdict.witness.replace(/^.*halted: /, "") : undefined
}

for (const bench of benches) {
  test.each(bench.planted.map(planted => [planted.mistake, planted] as const))(
    `${bench.name}: one that %s`,
    async (_, { edit, assertion }) => {
      const load = async (edits: readonly Edit[]): Promise<Algorithm> =>
        (await compileWith<Record<string, Algorithm>>(bench.file, edits))[bench.exported]!
      const [mutant, real] = [await load([edit]), await load([])]
      const seen = new Set<string>()
      const isFound = (seed: number): boolean => {
        const found = broken(run(mutant, bench, seed)) ?? "nothing"
        seen.add(found)
        return found.startsWith(assertion)
      }
      const seed = Array.from({ length: SEEDS }, (__, i) => i + 1).find(isFound)
      expect(seed, `found in ${SEEDS} runs: ${[...seen].join("; ")}`).toBeDefined()
      expect(broken(run(real, bench, seed!)), `the true one, seed ${seed}`).toBeUndefined()
    },
  )
}
