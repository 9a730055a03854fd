// The random runs that `npm run soak` repeats: there is one for every algorithm, and they do find what is wrong.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../algorithms/multi-paxos/multi-paxos.ts"
import { oralMessages } from "../../algorithms/oral-messages/oral-messages.ts"
import { algorithms } from "../../algorithms/registry.ts"
import { ringElection } from "../../algorithms/ring-election/ring-election.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { agreement } from "../../services/agreement/service.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { byNight, isNight } from "./effort.ts"
import { Tally } from "./marks.ts"
import { RANDOM_SCENARIOS } from "./random-scenarios.ts"
import { judge, SAFETY_RUNS, SOMETIMES } from "./safety.ts"
import { scenarioOf } from "./service-run.ts"
import { STORMS } from "./storms.ts"
import { type DrawStorm, weather } from "./weather.ts"

test("every algorithm has its random runs", () => {
  const covered = new Set(Object.keys(SAFETY_RUNS).map(name => name.split("/")[0]))
  expect(covered).toEqual(new Set(Object.keys(algorithms)))
})

/** The seeds of each by day; the soak goes on from there. */
const FEW = byNight(25, 4)

test.each(Object.keys(RANDOM_SCENARIOS))(`%s: nothing is wrong with ${FEW} seeds`, name => {
  for (let seed = 1_000_001; seed <= 1_000_000 + FEW; seed++)
    expect(SAFETY_RUNS[name]!(seed), `seed ${seed}`).toEqual([])
})

/** The storms that take many seeds to meet what is rare: at night, as in the soak, all that is to be met is. */
const STORM_SEEDS: Readonly<Record<string, number>> = { "raft/storm": 400, "multi-paxos/storm": 400 }
const storms = Object.keys(STORMS).map(name => [name, byNight(STORM_SEEDS[name] ?? 120, 14)] as const)

test.each(storms)("%s: nothing is wrong with %i seeds, which meet what they should", (name, seeds) => {
  const tally = new Tally()
  for (let seed = 1_000_001; seed <= 1_000_000 + seeds; seed++) {
    expect(SAFETY_RUNS[name]!(seed, tally), `seed ${seed}`).toEqual([])
  }
  const marks = SOMETIMES[name]!
  const missing = tally.missing(marks)
  expect(missing.length, missing.join("; ")).toBeLessThanOrEqual(isNight ? 0 : marks.length / 2)
})

const OM_SEEDS = byNight(500, 100)

test("scenarios can be drawn from any seed", () => {
  for (const { scenario } of Object.values(RANDOM_SCENARIOS)) {
    for (let seed = 1; seed <= byNight(300, 40); seed++) expect(() => scenario(seed)).not.toThrow()
  }
})

test(`OM(m) with up to m traitors of any behaviour: ${OM_SEEDS} seeds`, () => {
  for (let seed = 1; seed <= OM_SEEDS; seed++) {
    expect(SAFETY_RUNS["oral-messages"]!(seed), `seed ${seed}`).toEqual([])
  }
})

describe("what is wrong is found:", () => {
  test("a violated check, with its witness", () => {
    const traitor = { kind: "byzantine", target: { nodes: [0] }, behaviour: "equivocating", at: 0 } as const
    const run = simulate(scenarioOf(oralMessages, agreement, { nodes: 3, faults: [traitor], warmup: "1ms" }), 1)
    expect(judge(run)).toEqual([expect.stringMatching(/^agreement: in instance 1 node 1 decided [01]/)])
  })

  /** The storms of Multi-Paxos, with something of it changed. */
  function stormsOf(change: Partial<typeof multiPaxos>): DrawStorm {
    return (seed, end) => {
      const drawn = STORMS["multi-paxos/storm"]!.draw(seed, end)
      return { ...drawn, scenario: { ...drawn.scenario, algorithm: { ...multiPaxos, ...change } } }
    }
  }

  test("a log that does not serve again when all faults are over", () => {
    const { timeout } = multiPaxos
    const gaveUp = stormsOf({
      timeout: { ...timeout, election: node => (node.disk.promised > 0 ? undefined : timeout.election(node)) },
    })
    const found = [1, 2, 3, 4, 5].flatMap(seed => weather(gaveUp, seed))
    expect(found).toContain("no operation begun after 3.15s succeeded")
  })

  test("a log that serves again, but not everybody", () => {
    const { request } = multiPaxos
    const choosy = stormsOf({
      request: {
        ...request,
        Command: (node, command, client) =>
          command.session === 2 ? undefined : request.Command(node, command, client),
      },
    })
    const seed = [1, 2, 3, 4, 5].find(each => choosy(each, 1).demand === "all")!
    expect(weather(choosy, seed)).toEqual([
      expect.stringMatching(/^an operation begun at 3\.\d+s ended at 3\.\d+s: unknown$/),
    ])
  })

  test("an algorithm that throws", () => {
    const broken = stormsOf({
      start() {
        throw new Error("no start")
      },
    })
    expect(weather(broken, 1)).toEqual([expect.stringMatching(/^no start/)])
  })

  test("a service that did not come back", () => {
    const crash = { kind: "crash", target: { leader: true }, at: 500_000 } as const
    const run = simulate(scenarioOf(ringElection, leaderElection, { nodes: 4, faults: [crash], duration: "3s" }), 1)
    expect(judge(run, "available in the end")).toEqual(["not available in the end"])
  })
})
