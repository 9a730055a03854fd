// Scripts: every step of a run as a line of text, and a run that takes them.
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { formatStep, parseStep } from "../../../runtime/scenario/script-words.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { decodeScenario } from "../../../scenarios/scenario-file.ts"

const ROLES = [{ name: "server", first: 3, count: 1 }]

describe("a step as text", () => {
  test.each([
    "deliver Prepare from 0 to 2",
    "deliver Prepare #2 from 0 to 2",
    'deliver Oral from 1 to 2 as {"type":"Oral","value":0}',
    "deliver Request from 2 to server",
    "deliver Command from client 0 to 1",
    "deliver Result from 1 to client 0",
    "duplicate Prepare from 0 to 2",
    "lose Promise from 2 to 0",
    "timeout election of 1",
    "timeout retry/7 of 0",
    "crash 2",
    "crash 2 and lose its disk",
    "crash 2 for good",
    "a tick passes",
    "a tick passes, two for 1",
    "a tick passes, none for server",
    "client 0: ask 1 instead",
    "operator: ask 2 for members 0, 2, 3",
    "deliver ChangeMembership from operator to 2",
    "deliver Result from 2 to operator",
  ])("%s: read, and written back", text => {
    const step = parseStep(text, 4, ROLES)
    expect(step).toBeDefined()
    expect(formatStep(step!, ROLES)).toBe(text)
  })

  test.each([
    "",
    "deliver Prepare",
    "deliver Prepare from 0 to 4",
    "deliver Prepare #0 from 0 to 2",
    "deliver Oral from 1 to 2 as {nothing}",
    "lose Oral from 1 to 2 as {}",
    "crash 7",
    "timeout election of nobody",
    "wait",
    "a tick passes, three for 1",
    "a tick passes, two for 7",
    "operator: ask 2 for members 0, 4",
    "operator: ask 4 for members 0",
    "operator: ask 0 for members 1, 1",
    "operator: ask 0 for members ",
  ])("%j: none", text => {
    expect(parseStep(text, 4, ROLES)).toBeUndefined()
  })
})

function read(steps: readonly string[], operations = 1) {
  return decodeScenario(
    {
      format: "quorate/scenario/v1",
      algorithm: "ricart-agrawala",
      service: "mutual-exclusion",
      nodes: 2,
      network: { latency: { model: "constant", delay: "1ms" } },
      script: { operations, steps },
      duration: "20ms",
      seed: 1,
    },
    registry,
  )
}

function run(steps: readonly string[], operations = 1) {
  const found = read(steps, operations)
  if ("problems" in found) throw new Error(JSON.stringify(found.problems))
  const events: TraceEvent[] = []
  const result = simulate(toScenario(found.scenario, registry), found.seed, {
    observer: event => void events.push(event),
  })
  return { result, events }
}

describe("a run", () => {
  const whole = ["client 0: acquire", "deliver Request from 0 to 1", "deliver Reply from 1 to 0", "client 0: release"]

  test("takes one step a millisecond, and no other", () => {
    const { result, events } = run(whole)
    expect(result).toMatchObject({ status: "completed", outcome: { attempted: 1, ok: 1 } })
    expect(result.status === "completed" && result.outcome.verdicts).toMatchObject({
      "mutual-exclusion": { verdict: "holds" },
      progress: { verdict: "holds" },
    })
    const delivered = events.flatMap(event => (event.type === "deliver" ? [[event.time, event.message.type]] : []))
    expect(delivered).toEqual([
      [2_000, "Request"],
      [3_000, "Reply"],
    ])
  })

  test("whose script ends early leaves open what would have come", () => {
    const { result } = run(whole.slice(0, 2))
    expect(result.status === "completed" && result.outcome.verdicts["progress"]).toEqual({
      verdict: "undecided",
      reason: "the script ends before all is done",
    })
  })

  test("in which a message was lost for good cannot go on", () => {
    const { result } = run(["client 0: acquire", "lose Request from 0 to 1"])
    expect(result.status === "completed" && result.outcome.verdicts["progress"]).toMatchObject({ verdict: "violated" })
  })

  test.each([
    [["deliver Request from 0 to 1"], "step 1 of the script: no Request is on its way from node 0 to node 1"],
    [
      ["client 0: acquire", "deliver Request #2 from 0 to 1"],
      "step 2 of the script: no Request number 2 is on its way from node 0 to node 1",
    ],
    [["client 0: release"], "step 1 of the script: client 0 cannot release"],
    [["timeout election of 0"], "step 1 of the script: timer election of node 0 is not armed"],
    [["operator: ask 0 for members 0"], "step 1 of the script: ricart-agrawala does not change its members"],
    [["crash 1 for good", "crash 1"], "step 2 of the script: node 1 is down already"],
  ])("cannot take a step that is impossible: %j", (steps, reason) => {
    expect(run(steps).result).toMatchObject({ status: "failed", reason })
  })

  test("is the same every time", () => {
    expect(run(whole).result).toEqual(run(whole).result)
  })
})

describe("a file", () => {
  test("with a line that is no step says so, and where", () => {
    expect(read(["client 0: acquire", "deliver Request from 0 to 5"])).toEqual({
      problems: [
        {
          path: ["script", "steps", 1],
          message: expect.stringContaining(
            'found "deliver Request from 0 to 5", expected a step of an existing process',
          ),
        },
      ],
    })
  })

  test("of a service that has no form without time cannot have a script", () => {
    const written = {
      format: "quorate/scenario/v1",
      algorithm: "raft",
      service: "mutual-exclusion",
      nodes: 3,
      network: { latency: { model: "constant", delay: "1ms" } },
      script: { operations: 1, steps: [] },
      duration: "20ms",
      seed: 1,
    }
    expect(decodeScenario(written, registry)).toEqual({
      problems: [{ path: ["script"], message: "mutual-exclusion of raft cannot follow a script" }],
    })
  })
})
