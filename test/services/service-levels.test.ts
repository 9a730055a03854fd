// The levels at which a store is served: reads and writes apart, and reads from the past.
import { describe, expect, test } from "vitest"
import type { LevelSpan } from "../../runtime/contract/service.ts"
import { Freshness } from "../../services/freshness.ts"
import { Ledger } from "../../services/ledger.ts"
import { READ, type Seen, ServiceLevels, type Started, WRITE } from "../../services/service-levels.ts"

const END = 200

/** An operation at key 0: when it begins and ends, and what it leaves or finds; {@link LOST} where it is not served. */
type Played = readonly [kind: "read" | "write", begun: number, ended: number, seen: Seen]

const LOST = undefined

function levelsOf(...played: readonly Played[]): { readonly spans: readonly LevelSpan[]; readonly staleReads: number } {
  const levels = new ServiceLevels(END, 1)
  const ledger = new Ledger({ warmup: 0, end: END, phase: () => "before" }, END, levels)
  const steps = played.flatMap(([kind, begun, ended, seen], number) => {
    let started: Started
    let arrival: number
    const begunAs = kind === "read" ? READ : WRITE
    const ending = seen === LOST ? "unknown" : "ok"
    const begin = () => {
      const history = levels.historyOf(0)
      started = { at: begun, number, history, floor: history.floor }
      arrival = ledger.begin(begun, begunAs)
    }
    const end = () =>
      ledger.end(arrival, ending, ended, ledger.latency, levels.ended(begunAs, started, ending, ended, seen))
    return [
      { time: begun, take: begin },
      { time: ended, take: end },
    ]
  })
  for (const { take } of steps.toSorted((a, b) => a.time - b.time)) take()
  ledger.finish(END)
  return { spans: levels.finish(END), staleReads: levels.staleReads }
}

describe("levels", () => {
  test("all is served: no span", () => {
    expect(levelsOf(["write", 0, 2, "a"], ["read", 4, 6, "a"])).toEqual({ spans: [], staleReads: 0 })
  })

  test("each kind is out from its first loss to its next success", () => {
    const { spans } = levelsOf(
      ["write", 10, 20, LOST],
      ["read", 12, 14, null],
      ["read", 30, 40, LOST],
      ["write", 50, 52, "a"],
      ["read", 60, 62, "a"],
    )
    expect(spans).toEqual([
      { start: 10, end: 30, level: "reads only" },
      { start: 30, end: 52, level: "nothing" },
      { start: 52, end: 62, level: "writes only" },
    ])
  })

  test("where nobody writes, nothing is left when reads are out", () => {
    expect(levelsOf(["read", 10, 20, LOST], ["read", 30, 33, null]).spans).toEqual([
      { start: 10, end: 33, level: "nothing" },
    ])
  })

  test("what has not come back until the end lasts until then", () => {
    expect(levelsOf(["read", 0, 1, null], ["write", 150, 160, LOST]).spans).toEqual([
      { start: 150, end: END, level: "reads only" },
    ])
  })

  test("reads are stale from the first answer from the past to the next one that is none, whatever becomes of writes", () => {
    const found = levelsOf(
      ["write", 0, 2, "v0"],
      ["write", 4, 6, "v1"],
      ["read", 10, 12, "v0"],
      ["write", 20, 30, LOST],
      ["read", 40, 42, "v1"],
    )
    expect(found).toEqual({
      spans: [
        { start: 10, end: 42, level: "stale reads" },
        { start: 42, end: END, level: "reads only" },
      ],
      staleReads: 1,
    })
  })
})

describe("freshness", () => {
  const freshness = new Freshness(2)
  const history = freshness.historyOf(0)
  history.wrote("v1", 1, 0, 10)
  history.wrote("v2", 2, 5, 20)
  history.wrote("v3", 3, 30, 40)

  test("a value that a later write replaced before the read began is stale", () => {
    expect(history.isStale("v1", history.floor)).toBe(true)
    expect(history.isStale(null, history.floor)).toBe(true)
  })

  test("so is none whose write overlapped with the one that came to its end later", () => {
    // As the read began, only the two that overlap had ended.
    expect(history.isStale("v1", 5)).toBe(false)
  })

  test("the latest value, one that nobody was told of, and that of another key are fresh", () => {
    expect(history.isStale("v3", history.floor)).toBe(false)
    expect(history.isStale("v4", history.floor)).toBe(false)
    const other = freshness.historyOf(1)
    expect(other.isStale(null, other.floor)).toBe(false)
  })

  test("a value is known by the last write in it, whatever fills it up to its size", () => {
    expect(history.isStale("v1.....", history.floor)).toBe(true)
    expect(history.isStale("v3v1", history.floor)).toBe(true)
    expect(history.isStale("v1v3.", history.floor)).toBe(false)
  })

  test("values are forgotten that thousands have followed: nobody can tell any more", () => {
    const long = new Freshness(1).historyOf(0)
    for (let i = 0; i < 2_500; i++) long.wrote(`v${i}`, i, 2 * i, 2 * i + 1)
    const stale = (value: string) => long.isStale(value, long.floor)
    expect([stale("v0"), stale("v1600"), stale("v2498"), stale("v2499")]).toEqual([false, true, true, false])
  })
})

test("many operations may be under way at once: they are judged in the order in which they came", () => {
  const levels = new ServiceLevels(END, 1)
  const ledger = new Ledger({ warmup: 0, end: END, phase: () => "before" }, END, levels)
  const arrivals = Array.from({ length: 100 }, (_, at) => ledger.begin(at, at % 2 === 0 ? READ : WRITE))
  for (const arrival of arrivals.toReversed()) ledger.end(arrival, arrival === 40 ? "failed" : "ok", 150)
  ledger.finish(END)
  expect(levels.finish(END)).toEqual([{ start: 40, end: 150, level: "writes only" }])
})

test("what never ends was not served, and it is still known what it was", () => {
  const levels = new ServiceLevels(END, 1)
  const ledger = new Ledger({ warmup: 0, end: END, phase: () => "before" }, END, levels)
  ledger.begin(30, READ)
  ledger.end(ledger.begin(50, WRITE), "ok", 60)
  ledger.finish(END)
  expect(levels.finish(END)).toEqual([{ start: 30, end: END, level: "writes only" }])
})
