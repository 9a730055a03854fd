// Time in the checker: ticks pass, timers run out when they are due, and states say how long ago something was.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import { boundsOf } from "../../../checking/bounds.ts"
import { beyondClaims } from "../../../checking/claims.ts"
import { modelOf } from "../../../checking/request.ts"
import { longestDuration } from "../../../runtime/checker/clocks.ts"
import { Explorer } from "../../../runtime/checker/search/explorer.ts"
import { RandomWalks } from "../../../runtime/checker/search/random-walks.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { formatStep } from "../../../runtime/scenario/script-words.ts"
import { checked, violationOf } from "../../support/checks.ts"
import { exploreTimed } from "../../support/explore-timed.ts"
import { requestOf, type RequestOptions, untimedModel } from "../../support/untimed-models.ts"

const LEASE = algorithms["lease-leadership"]!
const CLOCK = { minDelay: 0, maxDelay: 1 }
const ALONE = { nodes: 2, operations: 1, clock: CLOCK }
const ERRING = { operations: 2, clock: CLOCK, drift: 2 }

function leaseModel(options: RequestOptions) {
  const model = modelOf(requestOf("lease-leadership", "mutual-exclusion", options))
  return { ...model, clock: model.clock! }
}

describe("a host of a few lines, whose clocks count on, finds the same states", () => {
  test.each<[string, RequestOptions, number]>([
    ["of one client", ALONE, 220],
    ["with a crash", { ...ALONE, crashes: 1 }, 765],
    ["with a loss", { ...ALONE, losses: 1 }, 789],
    ["with a clock that errs", { ...ALONE, drift: 1 }, 1_469],
    ["where every message takes a tick", { ...ALONE, clock: { minDelay: 1, maxDelay: 1 }, losses: 1 }, 72],
  ])("%s", (_, options, known) => {
    const model = leaseModel(options)
    const { states, generated, depth, violation } = new Explorer(model).explore()
    const plain = exploreTimed(model, longestDuration(LEASE, model.parameters))
    expect({ states, generated, depth, violation }).toEqual(plain)
    expect(states).toBe(known)
  })
})

test.each([
  ["ricart-agrawala", "mutual-exclusion", { operations: 2 }],
  ["maekawa", "mutual-exclusion", { operations: 3 }],
  ["bully", "leader-election", { operations: 2, timeouts: { all: 1 } }],
  ["ring-election", "leader-election", { operations: 2, timeouts: { all: 1 } }],
  ["lamport-mutex", "mutual-exclusion", { operations: 2, losses: 1 }],
] as const)(
  "%s: without durations, and with delays of any length, a clock changes nothing",
  (name, service, options) => {
    const model = untimedModel(name, service, options)
    const untimed = new Explorer(model).explore()
    expect(new Explorer({ ...model, clock: { minDelay: 0 } }).explore()).toEqual(untimed)
  },
)

describe("clocks that err by more than is declared", () => {
  test("let two in, in as few steps as it takes, and so they do in the run", () => {
    const found = violationOf("lease-leadership", "mutual-exclusion", ERRING)
    expect(found).toMatchObject({ check: "mutual-exclusion" })
    const lines = found.steps.map(({ step }) => formatStep(step!, [{ name: "store", first: 3, count: 1 }]))
    expect(lines).toEqual([
      "client 0: acquire",
      "deliver Acquire from 0 to store",
      "a tick passes",
      "deliver Granted from store to 0",
      "a tick passes, two for store",
      "client 1: acquire",
      "a tick passes, two for store",
      "timeout expiry of store",
      "deliver Acquire from 1 to store",
      "deliver Granted from store to 1",
    ])
    expect(beyondClaims(requestOf("lease-leadership", "mutual-exclusion", ERRING))).toEqual(["clocks that err so much"])
    expect(boundsOf(found.run.scenario, LEASE)).toMatchObject({ clock: CLOCK, budgets: { drift: 2, ticks: 3 } })
  })

  test("do so in no fewer ticks", () => {
    const { violation, isComplete } = checked("lease-leadership", "mutual-exclusion", { ...ERRING, nodes: 2, ticks: 2 })
    expect({ violation, isComplete }).toEqual({ violation: null, isComplete: true })
  })

  test("are found by random walks, too", () => {
    const walks = new RandomWalks(leaseModel({ ...ERRING, nodes: 2, drift: 4 }), { seed: 1, walks: 3_000 })
    walks.begin({ depth: 40 })
    while (walks.advance());
    expect(walks.result.violation?.reason).toMatch(/^mutual-exclusion/)
  })
})

test("an algorithm that does not say where it keeps a time is found out", () => {
  const times = { ...LEASE.times!, readings: [] }
  const algorithm: Algorithm = { ...LEASE, times }
  const { violation } = checked("lease-leadership", "mutual-exclusion", { ...ALONE, algorithm })
  expect(violation?.reason).toContain("depends on what its clocks show")
})
