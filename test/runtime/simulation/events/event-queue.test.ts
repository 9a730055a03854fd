import { describe, expect, it } from "vitest"
import { EventQueue, LATEST } from "../../../../runtime/simulation/events/event-queue.ts"
import { Random } from "../../../../runtime/lib/random.ts"

describe("the event queue", () => {
  // Horizons from dense (many events a microsecond) to sparse (one in days), so that every level of the wheel is used.
  it.each([10, 1_000, 100_000, 50_000_000, 5e9, 1e12])(
    "pops in order of time, then of insertion, with events up to %d us ahead",
    horizon => {
      const random = new Random(horizon)
      const queue = new EventQueue<{ readonly number: number }>()
      const model: { time: number; number: number }[] = []
      let inserted = 0
      let now = 0
      const insert = (): void => {
        const time = now + (random.integer(0, 3) === 0 ? 0 : Math.floor(random.share() * horizon))
        queue.push(time, 0, 0, 0, { number: inserted })
        const place = model.findIndex(event => event.time > time)
        model.splice(place < 0 ? model.length : place, 0, { time, number: inserted++ })
      }
      for (let i = 0; i < 50; i++) insert()
      for (let step = 0; step < 5_000; step++) {
        const expected = model.shift()!
        expect(queue.nextTime).toBe(expected.time)
        expect(queue.pop()).toBe(true)
        expect([queue.time, queue.payload!.number]).toEqual([expected.time, expected.number])
        now = queue.time
        for (let i = model.length < 3 ? 2 : random.integer(0, 2); i > 0; i--) insert()
      }
      for (const { number } of model) expect([queue.pop(), queue.payload!.number]).toEqual([true, number])
      expect([queue.nextTime, queue.pop()]).toEqual([Infinity, false])
    },
  )

  it("gives back all fields of an event", () => {
    const queue = new EventQueue<object>()
    const payload = {}
    expect([queue.time, queue.kind, queue.source, queue.target, queue.payload]).toEqual([0, 0, 0, 0, null])
    queue.push(7, 1, 2, 3, payload)
    queue.pop()
    expect([queue.time, queue.kind, queue.source, queue.target]).toEqual([7, 1, 2, 3])
    expect(queue.payload).toBe(payload)
    expect(queue.pop()).toBe(false)
  })

  it("goes on after it was empty, however often that was asked", () => {
    const queue = new EventQueue<null>()
    for (let round = 0; round < 3; round++) {
      for (let number = 0; number < 4; number++) queue.push(5, 0, number, 0, null)
      const popped: number[] = []
      while (queue.pop()) popped.push(queue.source)
      expect(popped).toEqual([0, 1, 2, 3])
      expect([queue.pop(), queue.pop()]).toEqual([false, false])
    }
    expect(queue.capacity).toBe(new EventQueue<null>().capacity)
  })

  it("grows beyond its first pool and reuses it", () => {
    const queue = new EventQueue<null>()
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 2_000; i++) queue.push(round * 10_000 + (i % 97), 0, i, 0, null)
      let popped = 0
      while (queue.pop()) popped++
      expect(popped).toBe(2_000)
    }
  })

  it("is as new after it was cleared, whatever it held", () => {
    const queue = new EventQueue<number>()
    for (const time of [0, 5, 5, 9_000, 20_000_000, 1e12]) queue.push(time, 1, 1, 1, time)
    for (let i = 0; i < 4; i++) queue.pop()
    queue.clear()
    expect([queue.time, queue.kind, queue.payload, queue.pop()]).toEqual([0, 0, null, false])
    for (const time of [3, 1, 9_000, 2]) queue.push(time, 0, 0, 0, time)
    const order: (number | null)[] = []
    while (queue.pop()) order.push(queue.payload)
    expect(order).toEqual([1, 2, 3, 9_000])
  })

  it("takes events for any time after the present when that was set ahead", () => {
    const queue = new EventQueue<null>()
    queue.push(40_000_000, 0, 0, 0, null)
    for (const time of [5_000, 20_000_000, 39_999_999]) {
      queue.time = time
      queue.push(time, 0, 0, 0, null)
      expect([queue.nextTime, queue.pop(), queue.time]).toEqual([time, true, time])
    }
    expect(queue.nextTime).toBe(40_000_000)
  })

  it("refuses a time beyond the latest it can hold", () => {
    const queue = new EventQueue<null>()
    queue.push(LATEST, 0, 0, 0, null)
    expect(() => queue.push(LATEST + 1, 0, 0, 0, null)).toThrow(/beyond the latest/)
  })
})
