// Closed forms of the token ring at exact values, worked out by hand or by another way of counting.
import { describe, expect, test } from "vitest"
import { entriesPerRound, hops, meanWait, meanWaitThinking, theory } from "../../../algorithms/token-ring/theory.ts"
import type { Load, TotalForm } from "../../../runtime/contract/theory.ts"
import { capacitiesOf, loadWith, messagesOf } from "../../support/setting.ts"

const ring = { nodes: 5, delay: 10, hold: 20 }

describe("independent requests, r = 0.4", () => {
  test("mean waits by discipline; infinite where more is asked for than can be served", () => {
    expect(meanWait(ring, 0.02)).toBeCloseTo((0.02 * 400 + 10 * 5.4) / (2 * 0.4), 9)
    expect(meanWait(ring, 0.02, "gated")).toBeCloseTo((0.02 * 400 + 10 * 5.4) / (2 * 0.6), 9)
    expect(meanWait(ring, 0.02, "exhaustive")).toBeCloseTo((0.02 * 400 + 10 * 4.6) / (2 * 0.6), 9)
    expect([meanWait(ring, 0.04), meanWait(ring, 0.05, "gated"), meanWait(ring, 0.06, "exhaustive")]).toEqual([
      Infinity,
      Infinity,
      Infinity,
    ])
    expect(meanWait(ring, 0.04, "gated")).toBeLessThan(Infinity)
  })

  test("hops an entry: 3, and no fewer than one where a visit serves one", () => {
    expect(hops(ring, 0.02)).toBeCloseTo(3, 9)
    expect(hops(ring, 0.02, "gated")).toBeCloseTo(3, 9)
    expect([hops(ring, 0.05), hops(ring, 0.05, "gated"), hops(ring, 0.06, "exhaustive")]).toEqual([1, 0, 0])
  })
})

describe("nodes that think (Mack 1957)", () => {
  /** The sum of the paper, term by term. */
  function entries({ nodes, delay, hold }: typeof ring, think: number): number {
    const binomial = (n: number, k: number): number => (k === 0 ? 1 : (binomial(n, k - 1) * (n - k + 1)) / k)
    const weight = (k: number): number =>
      k === 0 ? 1 : weight(k - 1) * (Math.exp((nodes * delay + (k - 1) * hold) / think) - 1)
    const terms = Array.from({ length: nodes + 1 }, (_, k) => binomial(nodes, k) * weight(k))
    return terms.reduce((sum, term, k) => sum + k * term, 0) / terms.reduce((sum, term) => sum + term, 0)
  }

  test("entries in a round", () => {
    expect(entriesPerRound({ nodes: 1, delay: 10, hold: 5 }, 10)).toBeCloseTo(1 - Math.exp(-1), 12)
    for (const think of [20, 40, 100, 1_000]) expect(entriesPerRound(ring, think)).toBeCloseTo(entries(ring, think), 9)
    // All of them, where hardly anybody thinks.
    expect(entriesPerRound(ring, 0.01)).toBeCloseTo(5, 9)
    expect(entriesPerRound({ nodes: 200, delay: 10, hold: 20 }, 1)).toBeCloseTo(200, 9)
  })

  test("mean wait: n(nd + SQ)/Q - 1/g - S", () => {
    const q = entries(ring, 40)
    expect(meanWaitThinking(ring, 40)).toBeCloseTo((5 * (50 + 20 * q)) / q - 40 - 20, 9)
  })
})

describe("forms of charts", () => {
  const independent = loadWith({ delay: 10_000, workload: { hold: 20_000, rate: 20 } })
  const thinking = loadWith({ delay: 10_000, workload: { hold: 20_000, think: 40_000 } })

  test("messages: 1 where all want in, n where one does", () => {
    expect(messagesOf(theory, 7)).toEqual([
      ["1", 1],
      ["n", 7],
    ])
  })

  test("totals, waits and capacities are those of the load", () => {
    const totals = theory.totals!.map(({ messages }) => messages)
    expect(totals.slice(0, 3).map(messages => messages(independent).toFixed(6))).toEqual(Array(3).fill("3.000000"))
    expect(totals[3]!(thinking)).toBeCloseTo(5 / entriesPerRound(ring, 40), 9)
    const waits = theory.wait!.map(({ mean }) => mean)
    for (const [place, discipline] of (["limited", "gated", "exhaustive"] as const).entries()) {
      expect(waits[place]!(independent)).toBeCloseTo(1_000 * meanWait(ring, 0.02, discipline), 6)
    }
    expect(waits[3]!(thinking)).toBeCloseTo(1_000 * meanWaitThinking(ring, 40), 6)
    expect(waits[4]!(thinking)).toBe(5 * 30_000 - 20_000)
    expect(capacitiesOf(theory, thinking)).toEqual([
      ["1 / S", 50],
      ["1 / (S + d)", 1e6 / 30_000],
    ])
  })

  test("hold for the loads that they are about", () => {
    const holds = (form: Pick<TotalForm, "holds">, n: number, w: Load["workload"]) =>
      form.holds!({}, n, { requesters: 0, rate: 0, think: 0, ...w })
    const [limited, , , mack] = theory.totals!
    const [byRate] = theory.capacity!
    for (const form of [limited!, byRate!]) {
      expect([holds(form, 5, { rate: 1 }), holds(form, 5, {}), holds(form, 1, { rate: 1 })]).toEqual([
        true,
        false,
        false,
      ])
      expect(holds(form, 5, { rate: 1, requesters: 2 })).toBe(false)
    }
    expect([holds(mack!, 5, { think: 1 }), holds(mack!, 5, {}), holds(mack!, 1, { think: 1 })]).toEqual([
      true,
      false,
      false,
    ])
    expect(holds(mack!, 5, { think: 1, requesters: 2 })).toBe(false)
  })
})
