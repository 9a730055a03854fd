/** The figures of the service, each held against an account of the same run that the test keeps itself. */
import { describe, expect, test } from "vitest"
import type { Fault } from "../../../runtime/faults/fault.ts"
import type { CompletedRun } from "../../../runtime/scenario/scenario.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { MILLISECOND, SECOND } from "../../../runtime/contract/units.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"
import { toyLog } from "./toy.ts"

interface Account {
  readonly run: CompletedRun
  /** Latencies of the operations that ended well, in milliseconds, in order. */
  readonly reads: readonly number[]
  readonly writes: readonly number[]
  readonly ends: readonly { readonly at: number; readonly ending: string }[]
  readonly requests: number
}

/** Runs the toy, and keeps accounts of what its observer sees. */
function account(options: Partial<ServiceRunOptions>): Account {
  const begun = new Map<number, { readonly at: number; readonly isRead: boolean }>()
  const reads: number[] = []
  const writes: number[] = []
  const ends: { at: number; ending: string }[] = []
  let requests = 0
  const observer = (event: TraceEvent): void => {
    if (event.type === "ask") requests++
    if (event.type !== "operation") return
    if (event.phase === "begun") {
      begun.set(event.client, { at: event.time, isRead: JSON.stringify(event.what).includes('"get"') })
      return
    }
    ends.push({ at: event.time, ending: event.phase })
    const { at, isRead } = begun.get(event.client)!
    if (event.phase === "ok") (isRead ? reads : writes).push((event.time - at) / MILLISECOND)
  }
  const run = completeRun(toyLog(), replicatedLog, { nodes: 3, ...options, simulation: { observer } })
  return { run, reads: reads.toSorted((a, b) => a - b), writes: writes.toSorted((a, b) => a - b), ends, requests }
}

/** By nearest rank: the value that this share of the values does not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1]!
}

describe("percentiles", () => {
  test("are those of reads and of writes, by nearest rank", () => {
    const latency = { model: "uniform", min: 100, max: 900 } as const
    const { run, reads, writes } = account({ latency, workload: { rate: "1000/s", reads: "30%" }, duration: "1s" })
    // Exact: all latencies are below 2,048 us.
    expect(run.outcome.figures).toMatchObject({
      read_p50: percentile(reads, 0.5),
      read_p99: percentile(reads, 0.99),
      write_p50: percentile(writes, 0.5),
      write_p99: percentile(writes, 0.99),
    })
    expect(reads.length).toBeGreaterThan(200)
    expect(writes.length).toBeGreaterThan(2 * reads.length)
    const all = [...reads, ...writes].toSorted((a, b) => a - b)
    for (const share of [0.5, 0.9, 0.99, 0.999]) {
      expect(run.outcome.latency.percentile(share)).toBe(percentile(all, share) * MILLISECOND)
    }
  })
})

describe("outages", () => {
  const crash = (at: number, span: number): Fault => {
    return { kind: "crash", target: { nodes: [0] }, at: at * MILLISECOND, for: span * MILLISECOND }
  }

  test("add up: number, downtime, recovery, longest and time between them", () => {
    const faults = [crash(1_000, 700), crash(3_000, 1_200), crash(6_000, 500)]
    const { run } = account({ faults, workload: { rate: "1000/s" }, warmup: "500ms", duration: "8s" })
    const { figures, outages, failed, unknown } = run.outcome
    const lengths = outages.map(({ start, end }) => (end - start) / MILLISECOND)
    const downtime = lengths.reduce((sum, length) => sum + length)
    expect(lengths).toHaveLength(3)
    expect(lengths[1]).toBeGreaterThan(Math.max(lengths[0]!, lengths[2]!))
    expect(figures).toMatchObject({
      outages: 3,
      downtime,
      time_to_recover: downtime / 3,
      longest_outage: lengths[1],
      time_between_failures: (7_500 - downtime) / 3,
      lost: failed + unknown,
    })
  })

  test("the longest gap is the longest time between two successes", () => {
    const { run, ends } = account({ faults: [crash(1_000, 700)], workload: { rate: "1000/s" }, duration: "3s" })
    const successes = [0, ...ends.filter(({ ending }) => ending === "ok").map(({ at }) => at), 3 * SECOND]
    const gaps = successes.slice(1).map((at, i) => Math.min(at, 3 * SECOND) - successes[i]!)
    expect(run.outcome.figures["longest_gap"]).toBe(Math.max(...gaps) / MILLISECOND)
  })

  test("operations lost are those that failed and those that timed out", () => {
    const { outcome } = completeRun(toyLog("leaderless"), replicatedLog, { nodes: 3 })
    expect(outcome.figures["lost"]).toBe(100)
    expect(outcome).toMatchObject({ failed: 100, unknown: 0 })
  })
})

describe("retries, redirects and leaderships", () => {
  test.each([1, 2, 3, 4, 5])("clients begin with the leader that the warm-up has brought, seed %i", seed => {
    const { outcome } = completeRun(raft, replicatedLog, { nodes: 5, warmup: "1s", duration: "2s" }, seed)
    expect(outcome.figures).toMatchObject({ redirects: 0, retries: 0 })
  })

  test("a retry is every request but the first of an operation that no redirect asked for", () => {
    const faults: Fault[] = [{ kind: "crash", target: { nodes: [0] }, at: 1_000_000, for: 300_000 }]
    const { run, requests } = account({ faults, duration: "3s" })
    const { attempted, figures } = run.outcome
    const { retries, redirects } = figures
    expect(retries).toBeGreaterThan(0)
    expect(redirects).toBeGreaterThan(0)
    // Each request is an operation's first, a retry, or follows a redirect at once.
    expect(requests).toBeGreaterThanOrEqual(attempted + retries!)
    expect(requests).toBeLessThanOrEqual(attempted + retries! + redirects!)
  })

  test("where every node redirects to the leader, each operation is redirected once and nothing is sent again", () => {
    const { run, requests } = account({ workload: { ask: "fixed", node: 1 } })
    expect(run.outcome.figures).toMatchObject({ redirects: 100, retries: 0 })
    expect(requests).toBe(200)
  })

  test("leaderships count those after the warm-up, each once", () => {
    const late = completeRun(toyLog(), replicatedLog, { nodes: 3, warmup: "500ms", duration: "1s" })
    expect(late.outcome.figures["leaderships"]).toBe(0)
    const restarted = completeRun(toyLog(), replicatedLog, {
      nodes: 3,
      warmup: "500ms",
      duration: "2s",
      faults: [{ kind: "crash", target: { nodes: [0, 1] }, at: 1_000_000, for: 100_000 }],
    })
    // Node 0 leads on in the same term.
    expect(restarted.outcome.figures["leaderships"]).toBe(0)
  })
})
