// Mistakes planted on purpose in Ricart-Agrawala: each must be caught, and the true algorithm must pass the same run.
import { describe, expect, it } from "vitest"
import { ricartAgrawala } from "../../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { compileWith } from "../../support/mutants.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"
import { contention, type Mutant, mutants } from "./mutants.ts"

/** What a run violated; losing availability counts, since these runs have no faults. */
function caughtBy(algorithm: Mutant, options: Partial<ServiceRunOptions> = {}): string[] {
  const { outcome } = completeRun(algorithm, mutualExclusion, { ...contention, ...options })
  const checks = Object.keys(outcome.verdicts).filter(check => outcome.verdicts[check]!.verdict === "violated")
  return outcome.availability < 1 ? [...checks, "availability"] : checks
}

describe("the paper's listing, in which a node does not count its own requests", () => {
  const FILE = "algorithms/ricart-agrawala/ricart-agrawala.ts"
  const literal = async (): Promise<Mutant> => {
    const edit = { file: FILE, from: "  state.highestSequenceNumber = state.ourSequenceNumber\n", to: "" }
    return (await compileWith<{ ricartAgrawala: Mutant }>(FILE, [edit])).ricartAgrawala
  }

  it("is in order: what a node asks twice by one number, nobody has asked in between", async () => {
    expect(caughtBy(await literal())).toEqual([])
  })

  it("is safe also where a late copy of a reply to the first passes for one to the second", async () => {
    const duplication = { duplication: 0.3, latency: { model: "exponential", floor: 100, mean: 4_000 } } as const
    const options = { ...duplication, workload: { hold: "2ms", think: "30ms", deadline: "5s" }, duration: "10s" }
    expect(caughtBy(await literal(), options)).toEqual([])
  })
})

describe("mutants of Ricart-Agrawala", () => {
  it.each(mutants)("$name: caught by $check", ({ mutant, check, options }) => {
    expect(caughtBy(ricartAgrawala, options)).toEqual([])
    expect(caughtBy(mutant, options)).toContain(check)
  })
})
