/** FloodSet under every schedule of crashes of small groups, and under random ones of larger groups. */
import { describe, expect, test } from "vitest"
import { decisionOf } from "../../../algorithms/floodset/decision.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { binaryInputs, type Crash, disagrees, parametersOf, play, schedules } from "./schedules.ts"

const FLAWLESS = { wrong: 0, wrongAnywhere: 0, invalid: 0, undecided: 0 }

/** Runs, and how many of them end in disagreement of processes that are up, and of any two. */
function explore(n: number, f: number, rounds: "f" | "f+1", variant: string, rule = "min") {
  const parameters = parametersOf({ f: String(f), rounds, variant, rule })
  const count = { runs: 0, wrong: 0, wrongAnywhere: 0, invalid: 0, undecided: 0 }
  for (const crashes of schedules(n, f, rounds === "f" ? f : f + 1)) {
    for (const inputs of binaryInputs(n)) {
      const outcome = play(parameters, inputs, crashes)
      count.runs++
      if (disagrees(outcome, crashes)) count.wrong++
      if (disagrees(outcome, crashes, true)) count.wrongAnywhere++
      if ([...outcome.decisions.values()].some(value => !inputs.includes(value))) count.invalid++
      // All that are up decide.
      if (outcome.decisions.size < n - crashes.length) count.undecided++
    }
  }
  return count
}

describe("f rounds do not suffice, f + 1 do: all schedules of crashes times all inputs of 0 and 1", () => {
  test.each([
    [3, 1, "f", 6, 80],
    [3, 1, "f+1", 0, 152],
    [4, 1, "f", 24, 464],
    [4, 1, "f+1", 0, 912],
    [4, 2, "f", 48, 19_728],
    [4, 2, "f+1", 0, 43_696],
  ] as const)("n = %i, f = %i, %s rounds: %i of %i runs end in disagreement", (n, f, rounds, wrong, runs) => {
    expect(explore(n, f, rounds, "plain")).toEqual({ runs, wrong, wrongAnywhere: wrong, invalid: 0, undecided: 0 })
  })

  test.each([
    [3, 1, 152],
    [4, 1, 912],
    [4, 2, 43_696],
  ] as const)("early deciding, n = %i, f = %i: none of %i runs, crashed processes included", (n, f, runs) => {
    expect(explore(n, f, "f+1", "early")).toEqual({ runs, ...FLAWLESS })
  })

  test.each([
    ["plain", "majority"],
    ["plain", "unanimous"],
    ["early", "majority"],
    ["optimised", "unanimous"],
  ])("%s with the rule %s: none of the 912 runs of n = 4, f = 1", (variant, rule) => {
    expect(explore(4, 1, "f+1", variant, rule)).toEqual({ runs: 912, ...FLAWLESS })
  })
})

describe("early deciding takes min(f'+2, f+1) rounds with f' crashes at most", () => {
  test.each([
    [4, 2],
    [5, 1],
  ])("n = %i, f = %i, in all schedules", (n, f) => {
    const parameters = parametersOf({ f: String(f), variant: "early" })
    const most = new Map<number, number>()
    for (const crashes of schedules(n, f, f + 1)) {
      const { rounds } = play(
        parameters,
        Array.from({ length: n }, (_, id) => id % 2),
        crashes,
      )
      most.set(crashes.length, Math.max(rounds, most.get(crashes.length) ?? 0))
    }
    expect([...most].toSorted(([one], [other]) => one - other)).toEqual(
      Array.from({ length: f + 1 }, (_, k) => [k, Math.min(k + 2, f + 1)]),
    )
  })
})

const SEED = Number(process.env["SEED"] ?? 1)
const SEEDS = Array.from({ length: process.env["SEED"] === undefined ? 2_000 : 1 }, (_, k) => SEED + k)

function randomCrashes(random: Random, n: number, f: number): Crash[] {
  return random.choose(random.integer(0, f), n).map(process => {
    const others = Array.from({ length: n }, (_, id) => id).filter(id => id !== process)
    return { process, round: random.integer(1, f + 1), reached: others.filter(() => random.chance(0.5)) }
  })
}

test("groups of up to 9, any f, rule and variant: agreement, validity, and everybody who is up decides", () => {
  for (const seed of SEEDS) {
    const random = Random.stream(seed, "faults")
    const n = random.integer(2, 9)
    const f = random.integer(0, Math.min(6, n - 1))
    const variant = (["plain", "early", "optimised"] as const)[random.integer(0, 2)]
    const rule = (["min", "majority", "unanimous"] as const)[random.integer(0, 2)]
    const inputs = Array.from({ length: n }, () => (random.chance(0.8) ? random.integer(0, 2) : null))
    const crashes = randomCrashes(random, n, f)
    const parameters = parametersOf({ f: String(f), rule, variant })
    const outcome = play(parameters, inputs, crashes)
    const again = `SEED=${seed} npx vitest run test/algorithms/floodset/exhaustive.test.ts`
    expect(disagrees(outcome, crashes, true), again).toBe(false)
    const isAnyKnown = inputs.some((input, id) => input !== null && crashes.every(({ process }) => process !== id))
    expect(outcome.decisions.size, again).toBeGreaterThanOrEqual(isAnyKnown ? n - crashes.length : 0)
    const isUnanimousRule = rule === "unanimous" || variant === "optimised"
    for (const value of outcome.decisions.values())
      expect(inputs.includes(value) || (isUnanimousRule && value === 0), again).toBe(true)
  }
})

describe("the decision rules", () => {
  test.each([
    ["min", [2, null, 1, 2], 1],
    ["majority", [2, null, 1, 2], 2],
    ["majority", [2, 1, 1, 2], 1],
    ["majority", [null, 0, 1, 1], 1],
    ["unanimous", [2, null, 2], 2],
    ["unanimous", [2, 1, null], 0],
    ["min", [null, null], null],
  ] as const)("%s of %j is %j", (rule, inputs, expected) => {
    expect(decisionOf(inputs, { rule, variant: "plain" })).toBe(expected)
  })

  test("the optimised variant goes by unanimity, whatever the rule", () => {
    expect(decisionOf([2, 1], { rule: "majority", variant: "optimised" })).toBe(0)
  })
})
