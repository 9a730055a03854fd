// A run of the `recovery` service, whose nodes are played by hand: one computation, from its beginning to its end.
import { describe, expect, test } from "vitest"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import type { Tagged } from "../../../runtime/contract/algorithm.ts"
import { undisturbed } from "../../../services/recovery/program.ts"
import { recovery } from "../../../services/recovery/service.ts"
import type { Begin } from "../../../services/recovery/shape.ts"
import { type HandWorld, handWorld } from "../replicated-log/world.ts"

/** A computation of two processes of four steps. */
function open(given: Readonly<Record<string, unknown>> = {}, changed: Partial<HandWorld> = {}) {
  const observed: unknown[] = []
  const colocated: number[][] = []
  const world: HandWorld = {
    ...handWorld(2),
    protocolMessages: () => 50,
    observeOperation: event => void observed.push(event),
    colocate: (client, node) => void colocated.push([client, node]),
    ...changed,
  }
  const defaults = {
    steps: 4,
    step: "10ms",
    stepTimes: "constant",
    messages: "100%",
    receivers: "next",
    deadline: "900ms",
  }
  const resolved = resolveParameters(recovery.workload, { ...defaults, ...given }, 0)
  if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
  const run = recovery.open(world, resolved.values)
  run.start()
  const { program } = world.asked[0]!.request as Begin
  const { results, received } = undisturbed(program)
  const tell = (node: number, fact: object): void => run.observe(node, fact as Tagged)
  return {
    run,
    world,
    observed,
    colocated,
    program,
    tell,
    pass: (until: number) => world.pass(until, run.timeout),
    begun: () => world.asked.map(({ client, node, request }) => [client, node, request.type]),
    exchange(more: object = {}): void {
      for (const from of [0, 1]) {
        for (let number = 0; number < 4; number++) {
          tell(from, { type: "sent", to: 1 - from, number, digest: 1, interval: 0, isSuppressed: false, ...more })
          tell(1 - from, { type: "received", from, number, digest: 1, interval: 0 })
        }
      }
    },
    finish: (process: number) =>
      tell(process, { type: "finished", result: results[process], received: received[process] }),
  }
}

describe("a computation", () => {
  test("begins on every node that is up, by the client that lives there, and anew where one boots", () => {
    const { begun, colocated, run } = open({}, { isUp: node => node === 1 })
    expect([begun(), colocated]).toEqual([
      [[1, 1, "Begin"]],
      [
        [0, 0],
        [1, 1],
      ],
    ])
    run.nodeUp(0)
    expect(begun()[1]).toEqual([0, 0, "Begin"])
    const world = handWorld(2)
    const resolved = resolveParameters(recovery.workload, {}, 0)
    const idle = recovery.open(world, "values" in resolved ? resolved.values : {})
    idle.nodeUp(0)
    expect(world.asked).toEqual([])
  })

  test("ends when all have finished with all that was sent, and is measured until then", () => {
    const { run, pass, exchange, finish, observed } = open()
    pass(100_000)
    exchange({ determinants: 2 })
    finish(0)
    expect(run.isIdle()).toBe(false)
    pass(120_000)
    finish(1)
    expect(run.isIdle()).toBe(true)
    pass(200_000)
    finish(1)
    const outcome = run.finish()
    expect(outcome).toMatchObject({ attempted: 1, ok: 1, unknown: 0 })
    expect(outcome.figures).toMatchObject({
      run_time: 120,
      slowdown: 3,
      computation_messages: 8,
      control_messages: 42,
      determinants: 2,
      outputs: 0,
    })
    expect(Object.values(outcome.verdicts).map(({ verdict }) => verdict)).toEqual(["holds", "holds", "holds", "holds"])
    expect(observed).toMatchObject([
      { type: "begun", client: 0 },
      { type: "ended", client: 0, ending: "ok" },
    ])
  })

  test("waits for one that crashed or rolled back after it had finished, and counts no message that is not sent", () => {
    for (const undone of ["crash", "rollback"]) {
      const { run, exchange, finish, tell } = open()
      finish(0)
      if (undone === "crash") run.nodeDown(0)
      else tell(0, { type: "restored", sent: [0, 0], received: [0, 0], progress: 0, discarded: 0, isInitial: true })
      exchange({ isSuppressed: true })
      finish(1)
      expect(run.isIdle()).toBe(false)
      finish(0)
      expect(run.isIdle()).toBe(true)
      expect(run.finish().figures).toMatchObject({
        computation_messages: 0,
        control_messages: 50,
        determinants: Number.NaN,
        failures: undone === "crash" ? 1 : 0,
        rollbacks: undone === "crash" ? 0 : 1,
      })
    }
  })

  test("waits for its output, which the outside world takes once", () => {
    const { run, pass, finish, tell } = open({ messages: "0%", outputs: "100%" })
    for (const process of [0, 1]) {
      for (let number = 0; number < 4; number++) tell(process, { type: "produced", number })
      finish(process)
    }
    pass(10_000)
    const commit = (process: number, number: number): void =>
      run.reply(process, process, { type: "Output", number, digest: 1 })
    for (const number of [0, 1, 1, 2, 3]) for (const process of [0, 1]) commit(process, number)
    run.reply(0, 0, { type: "Other" })
    expect(run.isIdle()).toBe(true)
    commit(0, 4)
    expect(run.finish().figures).toMatchObject({ outputs: 8, repeated_outputs: 2, output_delay: 10 })
    expect(run.soFar!().verdicts["output-once"]).toEqual({ verdict: "holds" })
  })

  test("that does not end before its deadline has timed out, and nothing counts after that", () => {
    const { run, pass, exchange, finish, observed } = open()
    pass(899_999)
    run.faultOccurred("crash of node 1")
    expect(run.isIdle()).toBe(false)
    pass(900_000)
    expect(run.isIdle()).toBe(true)
    exchange()
    run.nodeDown(0)
    for (const process of [0, 1]) finish(process)
    const outcome = run.finish()
    expect(outcome).toMatchObject({ ok: 0, unknown: 1, verdicts: { "same-result": { verdict: "undecided" } } })
    expect(outcome.figures).toMatchObject({
      run_time: Number.NaN,
      computation_messages: 0,
      control_messages: 50,
      failures: 0,
    })
    expect(observed).toMatchObject([{ type: "begun" }, { type: "ended", ending: "unknown" }])
    const late = open()
    late.pass(100_000)
    late.exchange()
    for (const process of [0, 1]) late.finish(process)
    late.pass(1_000_000)
    expect(late.run.finish()).toMatchObject({ ok: 1, unknown: 0 })
  })

  test("names the faults that came before it timed out", () => {
    const { run, pass } = open()
    run.faultOccurred("crash of node 1")
    pass(1_000_000)
    expect(run.finish().outages).toMatchObject([{ cause: "crash of node 1" }])
  })
})
