/** Decisions by the first entry in a log, as nodes execute it, restore snapshots of it and boot again. */
import { describe, expect, test } from "vitest"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { logDecision } from "../../../services/adapters/log-decision.ts"
import type { Applied, Restored } from "../../../services/replicated-log/shape.ts"
import { handWorld } from "../replicated-log/world.ts"

/** Instance 1, for which node 0 proposes 1, among three nodes. */
function open(workload: Readonly<Record<string, unknown>> = {}) {
  const world = handWorld(3)
  const given = { proposal: "attack", deadline: "900ms", ...workload }
  const settings = resolveParameters(logDecision.workload, given, 0)
  if ("problems" in settings) throw new Error("wrong settings")
  const run = logDecision.open(world, settings.values)
  run.start()
  const apply = (node: number, index: number, value: number, instance = 1) => {
    const operation = { op: "cas", key: `instance ${instance}`, expected: null, value: String(value) } as const
    const command = { type: "Command", session: 0, sequence: index, operation } as const
    const fact: Applied = { type: "applied", index, command }
    run.observe(node, fact)
  }
  const restore = (node: number, index: number) => {
    const fact: Restored = { type: "restored", index }
    run.observe(node, fact)
  }
  const reboot = (node: number) => {
    run.nodeDown(node)
    run.nodeUp(node)
  }
  return { run, apply, restore, reboot, world }
}

describe("an instance is decided", () => {
  test("once every node has executed the first entry for it; later ones change nothing", () => {
    const { run, apply } = open()
    apply(0, 1, 1)
    apply(0, 2, 0)
    for (const node of [1, 2]) apply(node, 1, 1)
    expect(run.isIdle()).toBe(true)
    expect(run.finish()).toMatchObject({ ok: 1, verdicts: { integrity: { verdict: "holds" } } })
  })

  test("by a snapshot that covers the entry, up to its very index, and by none before it", () => {
    for (const [index, ok] of [
      [4, 0],
      [5, 1],
      [6, 1],
    ] as const) {
      const { run, apply, restore } = open()
      apply(0, 5, 1)
      apply(1, 5, 1)
      restore(2, index)
      expect(run.isIdle(), `restored up to ${index}`).toBe(ok === 1)
      expect(run.finish().ok, `restored up to ${index}`).toBe(ok)
    }
  })

  test("anew by a node that boots again: it must decide the same", () => {
    for (const [again, verdict] of [
      [1, "holds"],
      [0, "violated"],
    ] as const) {
      const { run, apply, reboot } = open()
      apply(1, 1, 1)
      reboot(1)
      apply(1, 1, again)
      expect(run.finish().verdicts["integrity"]).toMatchObject({ verdict })
    }
  })
})

test("proposals of one node for instances under way together go through sessions of their own", () => {
  const { world } = open({ instances: 3, concurrent: 3 })
  expect(world.asked.map(({ client }) => client)).toEqual([0, 1, 2])
})

test("the first entry that any node executes is the decision that snapshots contain", () => {
  const { run, apply, restore } = open()
  apply(0, 1, 1)
  apply(1, 9, 0)
  restore(2, 1)
  expect(run.isIdle()).toBe(true)
})

test("decisions are remembered for 4,096 instances: entries and snapshots that come later decide nothing", () => {
  const late = (instances: number, by: "entries" | "snapshots") => {
    const { run, apply, restore } = open()
    for (let instance = 1; instance <= instances; instance++) apply(0, instance, 1, instance)
    for (const node of [1, 2]) {
      if (by === "entries") apply(node, 1, 1)
      else restore(node, instances)
    }
    return run.isIdle()
  }
  for (const by of ["entries", "snapshots"] as const) {
    expect([late(4_096, by), late(4_097, by)], by).toEqual([true, false])
  }
})

test("a proposer keeps the session that is free", () => {
  const { run, apply, world } = open({ instances: 2, gap: "1ms" })
  const sessions = () => world.asked.map(({ request }) => (request as { readonly session?: number }).session)
  const [first] = sessions()
  const { sequence } = world.asked[0]!.request as unknown as { readonly sequence: number }
  run.reply(first!, 0, { type: "Result", sequence, result: { done: true, value: null } })
  for (const node of [0, 1, 2]) apply(node, 1, 1)
  world.pass(2_000, run.timeout)
  expect(sessions()).toEqual([first, first])
})

test("who leads the log is watched, with the faults that leave nobody to lead", () => {
  const { run } = open()
  const believes = (leader: number | null) => ({ type: "believes", leader, epoch: 1 })
  run.observe(0, believes(null))
  run.faultOccurred("crash of node 2")
  expect(run.finish().leaderless).toMatchObject([{ cause: "crash of node 2" }])
  const led = open()
  for (const node of [0, 1, 2]) led.run.observe(node, believes(0))
  expect(led.run.finish().leaderless).toEqual([])
})
