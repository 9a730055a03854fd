// Playing: how virtual time follows real time, alone and side by side with another algorithm.
import { expect, test } from "vitest"
import { Player } from "../../../web/play/model/player.ts"
import { defaultSetup, runOf } from "../../../web/play/model/setup.ts"
import { Session } from "../../../web/play/model/session.ts"
import { sightOf } from "../../../web/play/model/sight.ts"

function player(algorithm = "bully"): Player {
  const made = new Player(new Session(runOf(defaultSetup(algorithm))))
  made.toggle()
  return made
}

test("time passes as fast as was chosen, while messages are under way", () => {
  const playing = player()
  playing.speed = 1 / 100
  expect(playing.tick(100)).toBe(true)
  expect(playing.now).toBe(1_000)
  playing.tick(50)
  expect(playing.now).toBe(1_500)
  playing.toggle()
  expect(playing.tick(100)).toBe(false)
  expect(playing.now).toBe(1_500)
})

test("silence is hurried through, unless that is switched off", () => {
  const frames = (skipsSilence: boolean): number => {
    const playing = player()
    Object.assign(playing, { speed: 1 / 1_000, skipsSilence })
    // Everybody knows the coordinator by then: nothing is sent for a while.
    playing.session.advance(60_000)
    while (playing.session.simulation.underWay.length > 0) playing.session.step()
    const { events } = playing.session.simulation
    let count = 0
    while (playing.session.simulation.events === events && count < 5_000) {
      playing.tick(16)
      count++
    }
    return count
  }
  expect(frames(true)).toBeLessThan(200)
  expect(frames(false)).toBeGreaterThan(frames(true) * 4)
})

test("one event after the other takes its time, and time glides between them", () => {
  const playing = player()
  playing.session.advance(1_000)
  playing.speed = "steps"
  playing.toggle()
  playing.toggle()
  const { steps } = playing.session.recorder
  const next = playing.session.simulation.nextTime
  for (let frame = 0; frame < 5; frame++) playing.tick(70)
  expect(playing.session.recorder.steps).toBe(steps)
  expect(playing.now).toBeGreaterThan(1_000)
  expect(playing.now).toBeLessThanOrEqual(next)
  for (let frame = 0; frame < 5; frame++) playing.tick(70)
  expect(playing.session.recorder.steps).toBe(steps + 1)
})

test("without motion, the picture changes rarely, and as far", () => {
  const playing = player()
  playing.isStill = true
  playing.speed = 1 / 100
  const moves = Array.from({ length: 14 }, () => playing.tick(50))
  expect(moves.filter(Boolean)).toHaveLength(1)
  expect(playing.now).toBe(7_000)
})

test("the end is where clients begin nothing any more, then where the run is over", () => {
  const playing = player()
  playing.toEnd()
  expect(playing.now).toBe(playing.session.scenario.duration)
  expect(playing.isOver).toBe(false)
  playing.toEnd()
  expect(playing.isOver).toBe(true)
})

test("a run beside it is brought to the same time by the same acts, and follows back and forth", () => {
  const playing = player()
  const { session } = playing
  session.advance(500_000)
  session.act({ type: "crash", node: 4 })
  session.advance(700_000)
  playing.compare(new Session(runOf(defaultSetup("raft", "leader-election"))))
  const other = (): Session => playing.other!
  expect(other().interventions).toEqual([{ at: 500_000, act: { type: "crash", node: 4 } }])
  expect(other().simulation.time).toBe(700_000)
  playing.act({ type: "partition", sides: [[0, 1]] })
  expect(sightOf(other()).cuts).toHaveLength(6)
  playing.undo()
  expect([sightOf(session).cuts.length, sightOf(other()).cuts.length]).toEqual([0, 0])
  playing.back(10)
  expect(other().simulation.time).toBe(session.simulation.time)
  playing.compare(undefined)
  expect(playing.other).toBeUndefined()
})
