// A run that is played with: forward, back, by hand, and as a scenario.
import { describe, expect, test, vi } from "vitest"
import type { Act } from "../../../runtime/scenario/interventions.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { fragmentOf, runFromFragment, runFromText, runUntil, savedRun } from "../../../web/play/model/document.ts"
import { mirrored } from "../../../web/play/model/mirror.ts"
import { allAlgorithms, defaultSetup, runOf, servicesOf } from "../../../web/play/model/setup.ts"
import { Session } from "../../../web/play/model/session.ts"
import { sightOf } from "../../../web/play/model/sight.ts"

function bully(): Session {
  return new Session(runOf(defaultSetup("bully")))
}

/** Everything about a session that can be seen, as text. */
function seen(session: Session): string {
  const { notices, ...sight } = sightOf(session)
  const keys = sight.messages.map(({ message, nth, arrives, sent }) => ({ message, nth, arrives, sent }))
  return JSON.stringify({ ...sight, messages: keys, notices: notices.length, events: session.simulation.events })
}

const CUT: Act = { type: "partition", sides: [[3, 4]] }

describe("time", () => {
  test("a step back leads to what was there before, also over what was done by hand, and a step forward does it again", () => {
    const session = bully()
    const states: string[] = []
    for (let step = 0; step < 60; step++) {
      if (step === 20) session.act({ type: "crash", node: 4 })
      if (step === 21) session.act({ type: "cut", between: [0, 3] })
      session.step()
      states.push(seen(session))
    }
    expect(session.made).toBe(2)
    for (let back = 1; back <= 45; back++) session.back()
    for (let step = session.recorder.steps - 1; session.step(); step++) if (session.recorder.steps > 60) break
    session.goTo(0)
    const again: string[] = []
    while (again.length < 70 && session.step()) again.push(seen(session))
    for (const state of states.slice(0, 19)) expect(again).toContain(state)
    expect(again).toContain(states.at(-1))
  })

  test("one step back is the step before, ten are the tenth before", () => {
    const session = bully()
    const places: number[] = []
    while (places.length < 40) {
      session.step()
      const { events } = session.simulation
      if (places.at(-1) !== events) places.push(events)
    }
    session.back()
    expect(session.simulation.events).toBe(places.at(-2))
    session.back()
    expect(session.simulation.events).toBe(places.at(-3))
    session.step()
    expect(session.simulation.events).toBe(places.at(-2))
  })

  test("a run that lags behind is given up where another act would have come before", () => {
    const session = new Session(runOf({ ...defaultSetup("raft"), workload: { rate: "100/s" } }))
    session.advance(400_000)
    session.act({ type: "crash", node: 0 })
    while (session.simulation.events < 13_000) session.advance(session.simulation.time + 100_000)
    session.remove(0)
    const { events } = session.simulation
    session.goTo(events - 500)
    const fresh = new Session(session.run)
    fresh.goTo(events - 500)
    expect(seen(session)).toBe(seen(fresh))
  })

  test("a thousand events back cost at most twice the stride between checkpoints", () => {
    const session = new Session(runOf({ ...defaultSetup("raft"), workload: { rate: "100/s" } }))
    while (session.simulation.events < 30_000 && session.simulation.step());
    for (let follow = 0; follow < 10; follow++) session.advance(session.simulation.time)
    const { events } = session.simulation
    const before = seen(session)
    session.goTo(events - 1_000)
    expect(session.simulation.events).toBe(events - 1_000)
    session.goTo(events)
    expect(seen(session)).toBe(before)
  })

  test("one step back after the other costs at most two strides, once the run has rested", () => {
    const session = new Session(runOf({ ...defaultSetup("raft"), workload: { rate: "100/s" } }))
    while (session.simulation.events < 14_000) session.advance(session.simulation.time + 10_000)
    const executed = vi.spyOn(Simulation.prototype, "step")
    for (let back = 0; back < 2; back++) {
      for (let frame = 0; frame < 30; frame++) session.rest()
      executed.mockClear()
      session.goTo(session.simulation.events - 1_000)
      expect(executed.mock.calls.length).toBeLessThan(8_000)
    }
    executed.mockRestore()
    const fresh = new Session(session.run)
    fresh.goTo(session.simulation.events)
    expect(seen(session)).toBe(seen(fresh))
  })

  test("time passes between events", () => {
    const session = bully()
    session.advance(1_234_567)
    expect(session.simulation.time).toBe(1_234_567)
    session.act({ type: "crash", node: 4 })
    expect(session.interventions).toEqual([{ at: 1_234_567, act: { type: "crash", node: 4 } }])
  })
})

describe("by hand", () => {
  test("what is done is undone and done again", () => {
    const session = bully()
    session.advance(1_000_000)
    const before = seen(session)
    session.act(CUT)
    session.advance(1_100_000)
    const after = session.interventions
    session.undo()
    expect(session.interventions).toEqual([])
    session.advance(1_000_000)
    expect(seen(session)).toBe(before)
    session.redo()
    expect(session.interventions).toEqual(after)
    expect(session.canRedo).toBe(false)
  })

  test("acting in the past gives up what was to be done later", () => {
    const session = bully()
    session.advance(1_000_000)
    session.act({ type: "crash", node: 4 })
    session.advance(1_500_000)
    session.act({ type: "restart", node: 4 })
    session.goTo(5)
    expect([session.made, session.interventions.length]).toEqual([0, 2])
    session.act({ type: "crash", node: 1 })
    expect(session.interventions.map(({ act }) => act)).toEqual([{ type: "crash", node: 1 }])
    session.undo()
    expect(session.interventions).toHaveLength(2)
    session.advance(2_000_000)
    expect(session.made).toBe(2)
    session.remove(0)
    expect([session.interventions.length, session.isImpossible(0)]).toEqual([1, true])
  })

  test("what is impossible is not done", () => {
    const session = bully()
    expect(session.act({ type: "restart", node: 1 })).toBe(false)
    expect([session.canUndo, session.interventions.length]).toEqual([false, 0])
  })

  test("on another algorithm the same click means what is most like it", () => {
    const session = new Session(runOf(defaultSetup("raft")))
    session.advance(400_000)
    const timer = session.simulation.timersOf(2)[0]!
    expect(mirrored({ type: "timeout", node: 2, timer: "nothing" }, session)).toEqual({
      type: "timeout",
      node: 2,
      timer: timer.timer,
    })
    expect(mirrored(CUT, session)).toBe(CUT)
    while (session.simulation.underWay.length === 0) session.step()
    const { from, to, message } = session.simulation.underWay[0]!
    expect(mirrored({ type: "lose", message: "Other", from, to }, session)).toMatchObject({ type: "lose", message })
  })
})

describe("as a scenario", () => {
  test("a saved run takes the same course, up to where it was saved", async () => {
    const session = bully()
    session.advance(1_000_000)
    session.act(CUT)
    session.advance(1_800_000)
    expect(sightOf(session).notices.map(({ kind }) => kind)).toContain("two leaders")
    const { text, result } = savedRun(runUntil(session.run, session.simulation.time))
    const again = runFromText(text)
    expect(savedRun(again).result).toEqual(result)
    expect(again.scenario.interventions).toEqual(session.interventions)
    expect(again.scenario.duration).toBe(1_800_000)
    expect(await runFromFragment(await fragmentOf(again))).toEqual(again)
  })

  test("what is no scenario is refused in words", async () => {
    expect(() => runFromText("what: ever")).toThrow("not a scenario in JSON")
    expect(() => runFromText('{"format": "quorate/scenario/v1"}')).toThrow("algorithm: missing")
    await expect(runFromFragment("#run=AAAA")).rejects.toThrow("damaged")
    expect(await runFromFragment("#top")).toBeUndefined()
  })
})

test.each(allAlgorithms().map(({ name }) => name))("%s can be played through each of its services", algorithm => {
  for (const { name } of servicesOf(algorithm)) {
    const session = new Session(runOf(defaultSetup(algorithm, name)))
    session.advance(1_500_000)
    const sight = sightOf(session)
    expect(sight.notices, name).toEqual([])
    expect(
      sight.nodes.every(({ up }) => up),
      name,
    ).toBe(true)
    expect(sight.soFar, name).toBeDefined()
  }
})
