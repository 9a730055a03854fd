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
