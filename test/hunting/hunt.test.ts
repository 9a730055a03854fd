// Hunts: planted mistakes are found and shrunk to runs that show them again; where there is none, nothing is found.
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { paxos } from "../../algorithms/paxos/paxos.ts"
import { readCorpus, writeCorpus } from "../../hunting/corpus.ts"
import { caught } from "../../hunting/courses/catch.ts"
import { Hunter } from "../../hunting/courses/hunter.ts"
import { Hunt, type Prey } from "../../hunting/hunt.ts"
import { Scopes } from "../../hunting/scopes/scopes.ts"
import { RunHunter } from "../../hunting/runs/run-hunter.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { decodeScenario, scenarioText } from "../../scenarios/scenario-file.ts"
import { byNight } from "../support/effort.ts"
import { temporaryFolder } from "../support/folder.ts"
import { quarryOf } from "../support/quarry.ts"
import { quorate } from "../support/terminal.ts"

const folder = temporaryFolder()

/** A proposer that ignores what acceptors have accepted (Paxos Made Simple §2.2, P2c). */
const forgetful: Algorithm = {
  ...(paxos as Algorithm),
  receive: {
    ...(paxos as Algorithm).receive,
    Promise: (node, message, from) =>
      (paxos as Algorithm).receive["Promise"]!(node, Object.assign({}, message, { accepted: null }), from),
  },
}

interface HuntData {
  readonly runs: number
  readonly hunted: readonly { readonly service: string }[]
}

/** The verdict on a check when the scenario is run as a file that holds it would be. */
function again({ run, check }: Pick<Prey, "run" | "check">, algorithm: Algorithm): string {
  const known = { ...registry, algorithms: { ...registry.algorithms, [algorithm.name]: algorithm } }
  const read = decodeScenario(JSON.parse(scenarioText(run, known)), known)
  if ("problems" in read) throw new Error(JSON.stringify(read.problems))
  const result = simulate(toScenario(read.scenario, known), read.seed)
  return result.status === "failed" ? result.reason : result.outcome.verdicts[check!]!.verdict
}

describe("a planted mistake", () => {
  test("is found in runs, each hunt with a seed taking the same course", () => {
    const found = [1, 1].map(seed => {
      const hunt = new Hunt(quarryOf(forgetful, undefined), seed)
      for (let turn = 0; turn < 50; turn++) {
        const prey = hunt.advance()
        if (prey !== undefined) return { ...prey, ...hunt.tries }
      }
      return undefined
    })
    expect(found[0]).toMatchObject({ check: "agreement" })
    expect(found[1]).toEqual(found[0])
    expect(again(found[0]!, forgetful)).toBe("violated")
  })

  test("is found on courses without time, and shortened to what it takes", () => {
    const quarry = quarryOf(forgetful, undefined)
    const hunter = new Hunter(quarry, { seed: 3 })
    let found = hunter.advance()
    for (let turn = 0; turn < 100 && found === undefined; turn++) found = hunter.advance()
    const prey = caught(found!, quarry.parameters)
    expect(prey.check).toBe("agreement")
    // Nothing shorter than two ballots chooses two values: the checker finds none in less than ten steps.
    expect(prey.steps.length).toBeLessThan(20)
    expect(found!.path.length).toBeGreaterThan(prey.steps.length)
    expect(again(prey, forgetful)).toBe("violated")
  })
})

test("a small scope is explored to a shortest course, each time the same one", () => {
  const { isUnsafe: _, ...hasty } = registry.algorithms["floodset"]!
  const quarry = { ...quarryOf(hasty, undefined, [3], { rounds: "f" }), smallest: 3 }
  const found = [1, 1].map(seed => {
    const scopes = new Scopes(quarry, seed)
    for (let turn = 0; turn < 40; turn++) {
      const { path, wrong } = scopes.advance() ?? {}
      if (path !== undefined) return { steps: path.length, reason: wrong!.reason, states: scopes.states }
    }
    return undefined
  })
  // In the only round one of three tells its value to one other, and crashes: of the two that are left, one knows it.
  expect(found[0]).toMatchObject({ steps: 7, reason: expect.stringMatching(/^agreement|^nothing is under way/) })
  expect(found[1]).toEqual(found[0])
})

test.each(["raft", "multi-paxos", "viewstamped-replication", "floodset", "token-ring"])(
  "nothing is found in %s",
  name => {
    const hunt = new Hunt(quarryOf(registry.algorithms[name]!, undefined, [3, 4]), 5)
    expect(hunt.advance()).toBeUndefined()
    expect(hunt.marks).toBeGreaterThan(20)
  },
)

test.each(["blocking-checkpoints", "uncoordinated-checkpoints"])("nothing is found on courses of %s", name => {
  const hunter = new Hunter(quarryOf(registry.algorithms[name]!, undefined, [3, 3, 3, 4, 5]), { seed: 1 })
  const found = Array.from({ length: byNight(30, 10) }, () => hunter.advance()?.wrong.reason)
  expect(found.filter(reason => reason !== undefined)).toEqual([])
  expect(hunter.steps).toBeGreaterThan(byNight(1_000, 300))
})

test("what met something new is kept, as few runs as meet all of it, and is met again at once by the next hunt", () => {
  const quarry = quarryOf(paxos, undefined)
  const hunter = new RunHunter(quarry, 1)
  for (let run = 0; run < 60; run++) hunter.advance()
  const { corpus, marks } = hunter
  writeCorpus(folder, corpus, registry)
  expect(readdirSync(folder)).toHaveLength(corpus.length)
  const next = new RunHunter(quarry, 2)
  for (const run of readCorpus(folder, registry)) next.try(run)
  expect(corpus.length).toBeLessThan(60)
  expect(next.marks).toBe(marks)
})

describe("quorate hunt", () => {
  test("knows what a slip was meant to be, an algorithm or an experiment", async () => {
    for (const [slip, meant] of [
      ["raftt", "raft"],
      ["first-comparisn", "first-comparison"],
    ] as const) {
      const { code, err } = await quorate(`hunt ${slip}`)
      expect({ code, err }).toEqual({
        code: 2,
        err: `quorate: there is no algorithm, file or bundled experiment ${slip}; did you mean ${meant}?\n`,
      })
    }
  })

  test("says what was tried, and leaves its corpus", async () => {
    const { code, out } = await quorate(`hunt paxos --runs 20 --corpus ${folder}`)
    expect(out).toMatch(
      /^paxos, agreement\nnothing is violated: [\d,]+ runs, \d+ walks and [\d,]+ states, [\d,]+ marks met\n/,
    )
    expect(code).toBe(0)
  })

  test("looks at all services of an algorithm by turns, or at the one that is asked for", async () => {
    const hunted = async (line: string) => {
      const { runs, hunted: all } = JSON.parse((await quorate(`${line} --json`)).out) as HuntData
      return [runs, all.map(({ service }) => service)]
    }
    expect(await hunted("hunt raft --runs 40")).toEqual([40, ["replicated-log", "leader-election"]])
    expect(await hunted("hunt raft --runs 20 --service leader-election")).toEqual([20, ["leader-election"]])
  })

  test("hunts in what a spec compares", async () => {
    const { out } = await quorate("hunt first-comparison --runs 1 --nodes 3 --json")
    const { hunted, verdict } = JSON.parse(out) as { hunted: readonly object[]; verdict: string }
    expect(verdict).toBe("nothing found")
    expect(hunted).toContainEqual({ algorithm: "raft", service: expect.any(String) })
  })

  test("keeps a violation as a scenario, and exits with 1", async () => {
    const { code, out } = await quorate(
      `hunt primary-backup --set takeover=timeouts --runs 4000 --json --out ${folder}/found.json`,
    )
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 1, verdict: "violated" })
  })

  test("keeps what is wrong from the beginning as a script of no steps", async () => {
    // Of two nodes it is to withstand no crash, and so they decide in no round.
    const file = join(folder, "at-once.json")
    const { code, out } = await quorate(`hunt floodset --set rounds=f --runs 60 --json --out ${file}`)
    expect({ code, ...(JSON.parse(out) as object) }).toMatchObject({ code: 1, violation: { steps: 0 } })
    expect((await quorate(`replay ${file}`)).out).toContain("agreement")
  })

  test.each([
    ["hunt raft --nodes 12", '--nodes: expected group sizes from 1 to 9 such as 3,5, found "12"'],
    ["hunt raft --service queue", "--service: found queue, expected one of"],
  ])("%s: %s", async (line, message) => {
    const { code, err } = await quorate(line)
    expect([code, err]).toEqual([2, expect.stringContaining(message)])
  })
})
