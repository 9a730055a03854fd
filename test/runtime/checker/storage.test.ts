// Rows, trails and fingerprints as explorations keep them: what goes in comes out, beyond the sizes of blocks and of bytes.
import { describe, expect, test } from "vitest"
import { Integers, ShortIntegers } from "../../../runtime/checker/arrays.ts"
import { digestOf, Fingerprints, spread } from "../../../runtime/checker/fingerprints.ts"
import { SharedFingerprints, sharedMemory } from "../../../runtime/checker/shared-fingerprints.ts"
import { RowQueue, RowStack } from "../../../runtime/checker/search/rows.ts"
import { Trail } from "../../../runtime/checker/search/trail.ts"
import { Random } from "../../../runtime/lib/random.ts"

const LARGEST = 2 ** 31 - 1

/** Rows of up to a hundred integers of all sizes, and one that is longer than a block. */
function someRows(): readonly (readonly number[])[] {
  const random = Random.stream(1, "workload", 0)
  const drawn = Array.from({ length: 3_000 }, () => {
    return Array.from({ length: random.integer(0, 100) }, () => random.integer(0, 2 ** random.integer(0, 31) - 1))
  })
  const long = Array.from({ length: 30_000 }, (_, place) => place)
  return [[0], [127, 128, 16_383, 16_384, LARGEST], ...drawn.slice(0, 1_000), long, ...drawn.slice(1_000)]
}

describe("rows", () => {
  test("come out of a queue as they went in, the first first, though some were taken meanwhile", () => {
    const rows = someRows()
    const queue = new RowQueue()
    const taken: number[][] = []
    const take = (): void => {
      queue.take()
      taken.push(Array.from(queue.words.subarray(0, rows[taken.length]!.length)))
    }
    for (const [place, row] of rows.entries()) {
      queue.push(Int32Array.from(row), row.length)
      if (place % 3 > 0) take()
    }
    while (taken.length < rows.length) take()
    expect(taken).toEqual(rows)
  })

  test("come out of a queue that continues from a snapshot", () => {
    const rows = someRows()
    const queue = new RowQueue()
    for (const row of rows) queue.push(Int32Array.from(row), row.length)
    for (let place = 0; place < 1_500; place++) queue.take()
    const other = new RowQueue()
    other.restore(queue.snapshot())
    const left = [...rows.slice(1_500), [7]].map(({ length }, place) => {
      if (place === 1) other.push(Int32Array.of(7), 1)
      other.take()
      return Array.from(other.words.subarray(0, length))
    })
    expect(left).toEqual([...rows.slice(1_500), [7]])
  })

  test("come out of a stack, the last first", () => {
    const rows = someRows()
    const stack = new RowStack()
    for (const row of rows) stack.push(Int32Array.from(row), row.length)
    const taken = rows.toReversed().map(({ length }) => {
      stack.take()
      return Array.from(stack.words.subarray(0, length))
    })
    expect(taken).toEqual(rows.toReversed())
  })
})

describe("integers by number", () => {
  test("are kept in two bytes up to the first that takes more", () => {
    const values = Array.from({ length: 100_000 }, (_, place) => (place === 70_000 ? LARGEST : place % 65_536))
    for (const list of [new ShortIntegers(), new Integers()]) {
      for (const value of values) list.push(value)
      expect(values.findIndex((value, place) => list.get(place) !== value)).toBe(-1)
      expect([...list.snapshot()]).toEqual(values)
    }
  })
})

describe("a trail", () => {
  const parentOf = (state: number): number =>
    Math.max(0, state < 900 ? 0 : state - 900 + 300 * Math.floor(state / 90_000))

  test.each([true, false])("leads back from any state (expanded in the order of their numbers: %s)", isInOrder => {
    const trail = new Trail(isInOrder)
    for (let state = 0; state < 200_000; state++) trail.push(parentOf(state), state % 7, state)
    const again = new Trail(isInOrder)
    again.restore(trail.snapshot())
    const occurrence = { to: 0, happening: { type: "crash" } } as const
    for (const last of [0, 1, 63, 64, 65_536, 90_000, 199_999]) {
      const events: number[] = []
      for (let state = last; state > 0; state = parentOf(state)) events.unshift(state)
      for (const each of [trail, again]) {
        const met: number[] = []
        const path = each.pathTo(last, event => {
          met.unshift(event)
          return occurrence
        })
        expect(met).toEqual(events)
        expect(path).toHaveLength(events.length)
      }
    }
  })
})

describe("digests of texts", () => {
  test.each<[string, (number: number) => string]>([
    ["that differ by a number", number => `process{"id":${number}}`],
    ["that differ by their length", number => `${"x".repeat(number % 300)}${Math.floor(number / 300)}`],
    ["of a few characters", number => String.fromCharCode(number & 0xff, number >> 8)],
  ])("%s: halves that are alike are as rare as by chance", (_, textOf) => {
    const digests = Array.from({ length: 60_000 }, (__, number) => digestOf(textOf(number)))
    const alike = [
      new Set(digests.map(({ low }) => low)),
      new Set(digests.map(({ high }) => high)),
      new Set(digests.map(({ low, high }) => low ^ high)),
    ].map(({ size }) => digests.length - size)
    // 0.4 are expected; more than 8 come about once in 10¹⁰ times.
    expect(Math.max(...alike)).toBeLessThanOrEqual(8)
  })
})

describe("fingerprints", () => {
  test("are in a set once, with their numbers, however often it grows", () => {
    const numbered = new Fingerprints(true)
    const plain = new Fingerprints()
    const [low, high] = [(number: number) => spread(number, 1), (number: number) => spread(number, 2)]
    const wrong: number[] = []
    for (let number = 0; number < 600_000; number++) {
      if (!numbered.add(low(number), high(number)) || numbered.last !== number) wrong.push(number)
      if (!plain.add(low(number), high(number))) wrong.push(number)
    }
    const again = new Fingerprints()
    again.restore(plain.snapshot())
    for (let number = 0; number < 600_000; number += 7) {
      if (numbered.add(low(number), high(number)) || numbered.last !== number) wrong.push(number)
      if (again.add(low(number), high(number))) wrong.push(number)
    }
    expect({ wrong, sizes: [numbered.size, plain.size, again.size] }).toEqual({
      wrong: [],
      sizes: [600_000, 600_000, 600_000],
    })
  })

  test("are in memory that threads share once, whoever adds them, however often it grows", () => {
    const memory = sharedMemory(600_000, 2)
    const sets = [0, 1].map(thread => new SharedFingerprints(memory, thread))
    const [low, high] = [(number: number) => spread(number, 1), (number: number) => spread(number, 2)]
    const wrong: number[] = []
    const add = (set: number, number: number): boolean => sets[set]!.add(low(number), high(number))
    for (let number = 0; number < 600_000; number++) {
      if (!add(number % 2, number) || add((number + 1) % 2, number)) wrong.push(number)
      if (number % 1_000 > 0) continue
      for (const set of sets) set.publish(number)
      for (const set of sets) set.refresh()
      if (sets[0]!.hasRoomFor(sets[0]!.size)) continue
      if (!sets[0]!.grow()) wrong.push(-1)
      sets[1]!.refresh()
    }
    for (let number = 0; number < 600_000; number += 7) if (add(number % 2, number)) wrong.push(number)
    for (const set of sets) set.publish(1)
    for (const set of sets) set.refresh()
    expect({ wrong, sizes: sets.map(({ size }) => size), reported: sets[0]!.reported }).toEqual({
      wrong: [],
      sizes: [600_000, 600_000],
      reported: 2,
    })
  })

  test("that memory holds as many as it was made for, and says so when it is full", () => {
    const memory = sharedMemory(1_000, 1)
    const set = new SharedFingerprints(memory, 0)
    while (set.grow());
    expect(set.hasRoomFor(1_000)).toBe(true)
    let added = 0
    const fill = (): void => {
      for (; added < 2_000_000; added++) set.add(spread(added, 1), spread(added, 2))
    }
    expect(fill).toThrow("full")
    expect(added).toBeGreaterThan(100_000)
  })

  test("tell apart those that share a half, and those whose halves are 0 or begin alike", () => {
    const set = new Fingerprints()
    const some: readonly (readonly [number, number])[] = [
      [0, 0],
      [0, 5],
      [5, 0],
      [5, 5],
      ...Array.from({ length: 200 }, (_, high) => [-1, high] as const),
    ]
    expect(some.map(([low, high]) => set.add(low, high))).toEqual(some.map(() => true))
    expect(some.map(([low, high]) => set.add(low, high))).toEqual(some.map(() => false))
  })
})
