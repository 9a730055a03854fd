/** Causal logging: determinants that travel until f+1 processes have them, and f failures at a time (Alvisi and Marzullo 1998). */
import { describe, expect, it, test } from "vitest"
import { causalLogging } from "../../../algorithms/causal-logging/causal-logging.ts"
import type { Tagged } from "../../../runtime/contract/algorithm.ts"
import { composeScenario } from "../../../runtime/scenario/compose.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { recovery } from "../../../services/recovery/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, runService, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { runsWithFailure } from "../common/recovery/runs-with-failure.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(causalLogging, recovery, { fifo: true, ...options }, seed)

/** A ring in which every process sends the next one a message a second. */
const ring = (nodes: number, f = 1) =>
  ({
    nodes,
    parameters: { f, interval: "100s" },
    latency: "10ms",
    syncLatency: "5ms",
    workload: { steps: 12, step: "1s", stepTimes: "constant", firstStep: "100ms", messages: "100%", receivers: "next" },
    duration: "30s",
  }) as const

interface Carrying extends Tagged {
  readonly determinants: readonly { readonly determinant: object }[]
}

function determinantsOf(message: Tagged): Carrying["determinants"] {
  const isCarrying = (each: Tagged): each is Carrying => "determinants" in each
  return isCarrying(message) ? message.determinants : []
}

describe("costs", () => {
  it.each([2, 3, 5])("n = %i: no message beside those of the computation, and nothing on the disk", nodes => {
    const { figures } = run(ring(nodes)).outcome
    expect(figures).toMatchObject({ control_messages: 0, log_writes: 0, standing_share: 0 })
  })

  it.each([0, 1, 2, 3])(
    "f = %i: a determinant travels with f messages round a ring, until f+1 processes have it",
    f => {
      const options = ring(5, f)
      const travels = new Map<string, number>()
      simulate(composeScenario(causalLogging, recovery, { fifo: true, ...options }), 1, {
        observer(event) {
          if (event.type !== "send") return
          for (const { determinant } of determinantsOf(event.message)) {
            const name = JSON.stringify(determinant)
            travels.set(name, (travels.get(name) ?? 0) + 1)
          }
        },
      })
      const counts = [...travels.values()]
      expect(counts.every(count => count <= f)).toBe(true)
      expect(counts.filter(count => count === f).length > counts.length / 2).toBe(f > 0)
    },
  )

  it("output waits for a write, and for nobody", () => {
    const { figures } = run({
      ...ring(3),
      workload: { steps: 30, messages: "50%", outputs: "50%" },
    }).outcome
    expect(figures["control_messages"]).toBe(0)
    expect(figures["log_writes"]).toBe(figures["outputs"])
    // A second output during a write waits for the next.
    expect(figures["output_delay"]).toBeGreaterThanOrEqual(5)
    expect(figures["output_delay"]).toBeLessThan(6)
  })

  it.each([2, 3, 7])("n = %i: a recovery takes 2(n-1) messages, and two delays or the time to load", nodes => {
    const { messagesByType, outcome } = run({
      nodes,
      latency: "50ms",
      workload: { steps: 20, messages: "100%", restart: "7ms" },
      faults: [{ kind: "crash", target: { nodes: [0] }, at: 1_000_000, for: 1_000 }],
      duration: "30s",
    })
    expect(messagesByType).toMatchObject({ Restarted: nodes - 1, Known: nodes - 1 })
    expect(outcome.figures).toMatchObject({ control_messages: 2 * (nodes - 1), recovery_time: 1 + 2 * 50 })
  })
})

it("rolls back no process but the one that failed, to its latest checkpoint", () => {
  for (const { seed, figures } of runsWithFailure(run)) {
    expect(figures, `seed ${seed}`).toMatchObject({ rollbacks: 0, untouched: 1, failures: 1 })
    expect(figures["work_lost"], `seed ${seed}`).toBeLessThanOrEqual(300)
  }
})

it("ends as an undisturbed run where up to f processes fail at the same time", () => {
  for (let seed = 1; seed <= randomRuns(100); seed++) {
    const found = SAFETY_RUNS["causal-logging"]!(seed)
    expect(found, `npm run soak -- --only causal-logging --replay ${seed}`).toEqual([])
  }
})

test.each([0, 1])(
  "f = %i: does not survive f+1 failures at the same time: determinants are lost with all who had them",
  f => {
    const found = Array.from({ length: 80 }, (_, seed) => {
      const { faults = [], ...options } = failures(seed, f === 0)
      const crashes = faults.map(fault => ({ ...fault, target: { nodes: [seed % 2, 2].slice(0, f + 1) } }))
      const result = runService(
        causalLogging,
        recovery,
        { ...options, nodes: 4, faults: crashes, parameters: { interval: "1s", f } },
        seed,
      )
      return result.status === "failed" ? result.reason : violations(result).join()
    }).join()
    expect(found).toContain("which has sent another in its place")
  },
)

test("f is at most n-1", () => {
  expect(causalLogging.conflict?.({ f: 3, interval: 1, retryInterval: 1 }, 3)?.parameter).toBe("f")
  expect(causalLogging.conflict?.({ f: 2, interval: 1, retryInterval: 1 }, 3)).toBeUndefined()
})
