// Clocks that are wrong, and the timers that go by them.
import { expect, test } from "vitest"
import { Clock } from "../../../../runtime/simulation/nodes/clock.ts"
import { Random } from "../../../../runtime/lib/random.ts"

test("a span is over when the clock shows so, to the microsecond of true time, however fast or slow it is", () => {
  const random = new Random(1)
  for (let round = 0; round < 10_000; round++) {
    const clock = new Clock()
    let now = random.integer(0, 1_000_000)
    for (let drifts = random.integer(1, 4); drifts > 0; drifts--) {
      clock.drift(random.share() * 1.8 - 0.8, now)
      now += random.integer(0, 100_000)
    }
    const span = random.integer(1, random.chance(0.5) ? 3 : 100_000)
    const end = now + clock.trueSpan(span)
    expect(end).toBeGreaterThan(now)
    expect(clock.read(end + 1)).toBeGreaterThanOrEqual(clock.read(now) + span)
    expect(clock.read(Math.max(now, end - 1))).toBeLessThanOrEqual(clock.read(now) + span)
  }
})

test("a clock that is right again measures spans to the microsecond", () => {
  for (let percent = 1; percent < 100; percent++) {
    const clock = new Clock()
    clock.drift(percent / 100, 0)
    clock.drift(1 / (1 + percent / 100) - 1, 1_000)
    expect(clock.trueSpan(150_000)).toBe(150_000)
  }
})

test("however fast a clock, some time passes until it has counted anything", () => {
  const clock = new Clock()
  clock.drift(2, 0)
  expect(clock.trueSpan(1)).toBe(1)
  expect(clock.trueSpan(0)).toBe(0)
})
