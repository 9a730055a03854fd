/** The fault that lets clients die: who dies when, what is told of it, and what dies with them. */
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import * as registry from "../../../algorithms/registry.ts"
import { suzukiKasami } from "../../../algorithms/suzuki-kasami/suzuki-kasami.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { decodeScenario } from "../../../scenarios/scenario-file.ts"
import { lockService } from "../../../services/adapters/lock-service.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"

/** Four nodes that each want in 200 ms after they have left, and stay for 20 ms. */
function run(
  fault: Omit<Extract<Fault, { kind: "clientCrash" }>, "kind">,
  complete = (options: ServiceRunOptions) => completeRun(suzukiKasami, mutualExclusion, options),
) {
  const told: string[] = []
  const hit: (readonly number[])[] = []
  const options: ServiceRunOptions = {
    nodes: 4,
    latency: "1ms",
    workload: { hold: "20ms", think: "200ms", thinkTimes: "constant", sessionTimeout: "50ms", deadline: "500ms" },
    faults: [{ kind: "clientCrash", ...fault }],
    duration: "2s",
    simulation: {
      observer(event) {
        if (event.type !== "fault") return
        told.push(`${event.time} ${event.kind} ${event.phase}: ${event.what}`)
        hit.push(event.nodes)
      },
    },
  }
  return { told, hit, outcome: complete(options).outcome }
}

describe("a client that crashes", () => {
  test("is the next one that comes into the state, if none is in it", () => {
    // All ask at 200 ms; node 0, which has the token, is in at once.
    expect(run({ who: "holder", at: 100_000 }).told).toEqual([
      "100000 clientCrash begins: the next holder will crash",
      "200000 clientCrash begins: crash of client 0, a holder",
    ])
    expect(run({ who: "waiter", at: 100_000 }).told[1]).toMatch(/^200000 .*: crash of client \d, a waiter$/)
  })

  test("is one that is in the state, of those that wait the first that asked", () => {
    expect(run({ who: "holder", at: 210_000 }).told[1]).toContain("crash of client 0, a holder")
    expect(run({ who: "waiter", at: 210_000 }).told[1]).toContain("crash of client 1, a waiter")
    expect(run({ who: "bystander", at: 100_000 }).told[1]).toContain("crash of client 3, a bystander")
  })

  test("takes its node along if it is to, and both are back when the fault is over", () => {
    const { told, hit, outcome } = run({ who: "bystander", takes: "node", at: 100_000, for: 300_000 })
    expect(told).toEqual([
      "100000 clientCrash begins: the next bystander will crash",
      "100000 crash begins: crash of client 3, a bystander, and of node 3 with it",
      "400000 crash ends: restart of node 3",
      "400000 clientCrash ends: client 3 is back",
    ])
    expect(hit).toEqual([[], [3], [3], []])
    expect(outcome.verdicts["mutual-exclusion"]).toEqual({ verdict: "holds" })
  })

  test("of a lock service lives on no node, and takes none along", () => {
    const { told, hit } = run({ who: "holder", takes: "node", at: 100_000, for: 300_000 }, options =>
      completeRun(multiPaxos, lockService, options),
    )
    expect(told[1]).toMatch(/^\d+ clientCrash begins: crash of client \d, a holder$/)
    expect(hit).toEqual([[], [], []])
  })

  test("alone is back as a client that asks like any other", () => {
    const { told, outcome } = run({ who: "bystander", at: 100_000, for: 300_000 })
    expect(told.at(-1)).toBe("400000 clientCrash ends: client 3 is back")
    expect(outcome.availability).toBe(1)
    const dead = run({ who: "bystander", at: 100_000 })
    expect(dead.outcome.attempted).toBeLessThan(outcome.attempted)
  })

  test("is nobody if nobody came into the state while the fault lasted", () => {
    const { told, hit } = run({ who: "holder", at: 50_000, for: 60_000 })
    expect(told).toEqual([
      "50000 clientCrash begins: the next holder will crash",
      "110000 clientCrash ends: no holder crashed",
    ])
    expect(hit).toEqual([[], []])
  })
})

describe("in a spec", () => {
  const parsed = (service: string, fault: string) =>
    parseExperiment(
      "spec.yaml",
      `question: q\nservice: ${service}\nalgorithms: [raft]\nnodes: 3\nrepeat: 1\nfaults: [{ clientCrash: { ${fault} } }]`,
      registry,
    )
  const problems = (service: string, fault: string): string => {
    const experiment = parsed(service, fault)
    return "problems" in experiment ? JSON.stringify(experiment.problems) : ""
  }

  test("who dies, and what with it, can be swept", () => {
    const experiment = parsed("mutual-exclusion", "who: [holder, waiter], takes: [client, node], at: 5s")
    if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
    const faults = experiment.cells.map(({ scenario }) => scenario.faults[0])
    expect(faults.map(fault => fault?.kind === "clientCrash" && `${fault.who} ${fault.takes}`)).toEqual([
      "holder client",
      "holder node",
      "waiter client",
      "waiter node",
    ])
    expect(experiment.dimensions.map(({ name }) => name)).toEqual(["clientCrash.who", "clientCrash.takes"])
  })

  test("of a service whose clients do not die it is refused, as are words that there are not", () => {
    expect(problems("replicated-log", "who: holder, at: 5s")).toContain("clients of replicated-log do not die")
    expect(problems("mutual-exclusion", "who: king, at: 5s")).toContain("holder, waiter, bystander")
  })

  test("so it is in a scenario file", () => {
    const scenario = (service: string) =>
      decodeScenario(
        {
          format: "quorate/scenario/v1",
          algorithm: "raft",
          service,
          nodes: 3,
          network: { latency: { model: "constant", delay: "1ms" } },
          faults: [{ kind: "clientCrash", who: "waiter", at: "1s" }],
          duration: "2s",
          seed: 1,
        },
        registry,
      )
    expect(scenario("mutual-exclusion")).not.toHaveProperty("problems")
    expect(JSON.stringify(scenario("replicated-log"))).toContain("clients of replicated-log do not die")
  })
})
