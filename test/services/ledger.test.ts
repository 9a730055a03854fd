import { describe, expect, test } from "vitest"
import type { Phase } from "../../runtime/contract/service.ts"
import { Ledger } from "../../services/ledger.ts"

const DEADLINE = 100

/** A ledger of a run without warm-up. */
function ledgerUntil(end: number, phase: () => Phase = () => "before"): Ledger {
  return new Ledger({ warmup: 0, end, phase }, DEADLINE)
}

/** An operation: when it begins, and when it is answered; `null` if it times out. */
type Played = readonly [begun: number, answered: number | null]

function play(operations: readonly Played[], faults: readonly (readonly [number, string])[] = []): Ledger {
  const ledger = ledgerUntil(10_000)
  const steps: { readonly time: number; readonly take: () => void }[] = []
  for (const [begun, answered] of operations) {
    let arrival = -1
    const end = answered ?? begun + DEADLINE
    steps.push({ time: begun, take: () => void (arrival = ledger.begin(begun)) })
    steps.push({ time: end, take: () => ledger.end(arrival, answered === null ? "unknown" : "ok", end) })
  }
  for (const [time, what] of faults) steps.push({ time, take: () => ledger.faultOccurred(what, time) })
  for (const { take } of steps.toSorted((a, b) => a.time - b.time)) take()
  ledger.finish(10_000)
  return ledger
}

describe("outages", () => {
  test("there is none while all goes well", () => {
    expect(
      play([
        [0, 5],
        [10, 15],
        [20, 25],
      ]).outages,
    ).toEqual([])
  })

  test("one lasts from the first arrival that is lost to the next success", () => {
    const { outages } = play([
      [0, 5],
      [10, null],
      [20, null],
      [30, 115],
      [40, 112],
      [50, 120],
    ])
    expect(outages).toEqual([{ start: 10, end: 115, cause: "" }])
  })

  test("a single operation lost among others is a short one", () => {
    const { outages } = play([
      [0, 5],
      [10, null],
      [12, 17],
      [14, 19],
    ])
    expect(outages).toEqual([{ start: 10, end: 17, cause: "" }])
  })

  test("overlapping ones are one", () => {
    const { outages } = play([
      [10, null],
      [12, 90],
      [14, null],
      [16, 95],
      [200, null],
      [210, 215],
    ])
    expect(outages.map(({ start, end }) => [start, end])).toEqual([
      [10, 95],
      [200, 215],
    ])
  })

  test("ones that touch are one", () => {
    const { outages } = play([
      [10, null],
      [12, 30],
      [30, null],
      [31, 40],
    ])
    expect(outages).toEqual([{ start: 10, end: 40, cause: "" }])
  })

  test("a later one that ended before an earlier one does not shorten it", () => {
    const { outages } = play([
      [10, null],
      [12, 95],
      [14, null],
      [16, 20],
    ])
    expect(outages.map(({ start, end }) => [start, end])).toEqual([[10, 95]])
  })

  test("one that is not over at the end of the run ends there", () => {
    expect(
      play([
        [0, 5],
        [10, null],
      ]).outages,
    ).toEqual([{ start: 10, end: 10_000, cause: "" }])
  })

  test("the cause is what happened shortly before, or else shortly after the first lost arrival", () => {
    const lost: readonly Played[] = [
      [500, null],
      [600, 605],
    ]
    const causeOf = (...faults: readonly (readonly [number, string])[]) => play(lost, faults).outages[0]!.cause
    expect(causeOf([100, "old"], [450, "crash of node 1"], [550, "later"])).toBe("crash of node 1")
    expect(causeOf([520, "crash of node 2"])).toBe("crash of node 2")
    expect(causeOf([100, "old"])).toBe("")
    // One deadline before and after, and the very moment, still count.
    expect(causeOf([500 - DEADLINE - 1, "too early"], [500 - DEADLINE, "just in time"])).toBe("just in time")
    expect(causeOf([500, "at once"], [501, "later"])).toBe("at once")
    expect(causeOf([500 + DEADLINE, "just in time"])).toBe("just in time")
    expect(causeOf([500 + DEADLINE + 1, "too late"])).toBe("")
    expect(causeOf([450, "first"], [460, "second"])).toBe("first; second")
  })
})

test("faults are remembered for as long as an outage that they caused may go unnoticed", () => {
  const ledger = ledgerUntil(10_000)
  const lost = ledger.begin(500)
  ledger.faultOccurred("the cause", 450)
  ledger.faultOccurred("another one", 595)
  ledger.end(lost, "unknown", 600)
  ledger.faultOccurred("in the outage", 2_000)
  ledger.finish(10_000)
  expect(ledger.outages).toEqual([{ start: 500, end: 10_000, cause: "the cause" }])
})

test("operations in flight at the end of the run count as lost", () => {
  const ledger = ledgerUntil(10_000)
  const first = ledger.begin(1)
  ledger.begin(2)
  ledger.end(first, "ok", 3)
  ledger.finish(10)
  expect(ledger.counts).toEqual({ attempted: 2, ok: 1, failed: 0, unknown: 1 })
  expect(ledger.availability).toBe(0.5)
})

test("the longest gap is the longest time without a success, outage or not", () => {
  const ledger = ledgerUntil(10_000)
  for (const [begun, answered] of [
    [10, 20],
    [25, 95],
    [96, 99],
  ] as const) {
    ledger.end(ledger.begin(begun), "ok", answered)
  }
  ledger.finish(120)
  expect(ledger.longestGap).toBe(75)
})

test("thousands of operations may be in flight at once", () => {
  const operations = Array.from({ length: 5000 }, (_, i): Played => [i / 100, i % 2 === 0 ? 200 + i : null])
  const ledger = play(operations)
  expect(ledger.counts).toMatchObject({ attempted: 5000, ok: 2500, unknown: 2500 })
})

test("a ledger that grows keeps what it knows of each operation", () => {
  let phase: Phase = "before"
  const ledger = ledgerUntil(10_000, () => phase)
  const first = ledger.begin(0)
  // They are not judged before the first one, so that room for them runs out in the middle of the second part.
  const arrivals = [...Array(40).keys()].map(() => ledger.begin(1))
  phase = "during"
  arrivals.push(...[...Array(10).keys()].map(() => ledger.begin(2)))
  for (const arrival of arrivals.slice(5)) ledger.end(arrival, "ok", 3)
  phase = "after"
  const late = [...Array(100).keys()].map(() => ledger.begin(4))
  for (const arrival of [...late, ...arrivals.slice(0, 5)]) ledger.end(arrival, "unknown", 50)
  ledger.end(first, "ok", 60)
  ledger.finish(10_000)
  expect(ledger.phases).toEqual({ before: 36 / 41, during: 1, after: 0 })
  // Lost are the first five, of which the next one that ended well ended at 3, and those that came last.
  expect(ledger.outages.map(({ start, end }) => [start, end])).toEqual([
    [1, 3],
    [4, 10_000],
  ])
})

describe("what comes after the end of the measured time", () => {
  const END = 1_000

  function ledgerWith(operations: readonly Played[]): Ledger {
    const ledger = ledgerUntil(END)
    const arrivals = operations.map(([begun]) => ledger.begin(begun))
    for (const [i, [begun, answered]] of operations.entries()) {
      ledger.end(arrivals[i]!, answered === null ? "unknown" : "ok", answered ?? begun + DEADLINE)
    }
    ledger.finish(END + DEADLINE)
    return ledger
  }

  test("is no time in flight, and no throughput, of the operations that end then", () => {
    const ledger = ledgerWith([
      [900, 960],
      [950, END],
      [980, END + 1],
      [990, null],
    ])
    expect(ledger.completed).toBe(2)
    expect(ledger.timeInFlight).toBe(60 + 50 + 20 + 10)
    // How they end, and how long they took, counts.
    expect(ledger.counts).toEqual({ attempted: 4, ok: 3, failed: 0, unknown: 1 })
    expect(ledger.latency.max).toBe(60)
  })

  test("is part of no outage", () => {
    const { outages } = ledgerWith([
      [940, null],
      [960, END + 30],
    ])
    expect(outages).toEqual([{ start: 940, end: END, cause: "" }])
  })

  test("is no gap between successes", () => {
    expect(ledgerWith([[980, END + 60]]).longestGap).toBe(END)
  })

  test("and operations that nobody ended are in flight until then", () => {
    const ledger = ledgerUntil(END)
    ledger.begin(940)
    ledger.finish(END + 500)
    expect([ledger.timeInFlight, ledger.longestGap, ledger.counts.unknown]).toEqual([60, END, 1])
    expect(ledger.outages).toEqual([{ start: 940, end: END, cause: "" }])
  })

  test("nor is what comes after the run, where that ends earlier", () => {
    const ledger = ledgerUntil(END)
    ledger.begin(940)
    ledger.finish(950)
    expect(ledger.timeInFlight).toBe(10)
  })
})

test("operations that do not succeed count as longer than any that do", () => {
  const { latency } = play([
    [0, 10],
    [20, 50],
    [60, null],
    [70, null],
  ])
  expect([latency.count, latency.over]).toEqual([2, 2])
  expect([latency.percentile(0.25), latency.percentile(0.5), latency.percentile(0.75)]).toEqual([10, 30, Infinity])
})

test("operations belong to the part of the run in which they began, and count there as they end", () => {
  let phase: Phase = "before"
  const ledger = ledgerUntil(10_000, () => phase)
  const ended = ledger.begin(0)
  const lost = ledger.begin(1)
  phase = "during"
  ledger.end(ended, "ok", 10)
  ledger.end(lost, "unknown", 101)
  ledger.end(ledger.begin(200), "ok", 210)
  ledger.finish(10_000)
  expect(ledger.phases).toEqual({ before: 0.5, during: 1 })
})

test("operations in flight are told apart early and late, the first tenth left out", () => {
  const ledger = ledgerUntil(1_000)
  // In flight from 0 to 200, of which 100 to 200 count; from 500 to 600, half early and half late; and from 900 on.
  const [first, second, third] = [ledger.begin(0), ledger.begin(500), ledger.begin(900)]
  ledger.end(first, "ok", 200)
  ledger.end(second, "ok", 600)
  ledger.end(third, "ok", 1_100)
  ledger.finish(1_100)
  expect(ledger.inFlight).toEqual({ early: (100 + 50) / 450, late: (50 + 100) / 450 })
})
