import { describe, expect, it } from "vitest"
import { mix, PURPOSES, Random, streamKey } from "../../../runtime/lib/random.ts"

describe("random streams", () => {
  it("give the same numbers for the same seed, purpose and index, on every machine", () => {
    const stream = Random.stream(1, "node", 0)
    expect([stream.next(), stream.next(), stream.next()]).toMatchInlineSnapshot(`
      [
        922976887,
        3812922426,
        1360172713,
      ]
    `)
  })

  it("are all different, for neighbouring seeds, purposes and indices", () => {
    const keys = new Set<number>()
    for (let seed = 0; seed < 20; seed++) {
      for (const purpose of PURPOSES) for (let index = 0; index < 20; index++) keys.add(streamKey(seed, purpose, index))
    }
    expect(keys.size).toBe(20 * PURPOSES.length * 20)
  })

  it("tell seeds beyond 32 bits apart", () => {
    expect(streamKey(1, "node")).not.toBe(streamKey(1 + 2 ** 32, "node"))
  })

  it("do not start alike for neighbouring seeds", () => {
    const first = Array.from({ length: 200 }, (_, seed) => Random.stream(seed, "workload").share())
    const mean = first.reduce((sum, share) => sum + share, 0) / first.length
    // Mean of 200 uniform draws: standard deviation 0.0204; five of them on either side.
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.102)
    expect(new Set(first).size).toBe(200)
  })

  it("draw integers uniformly from both ends of a range inclusive", () => {
    const random = new Random(7)
    const counts = [0, 0, 0, 0, 0, 0]
    for (let i = 0; i < 60_000; i++) counts[random.integer(3, 8) - 3]!++
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    // 5 degrees of freedom: exceeded with probability 1e-6.
    expect(chiSquare).toBeLessThan(36)
  })

  it("choose different elements, every one equally often", () => {
    const random = new Random(3)
    const counts = [0, 0, 0, 0, 0]
    for (let i = 0; i < 10_000; i++) {
      const chosen = random.choose(2, 5)
      expect(new Set(chosen).size).toBe(2)
      for (const element of chosen) counts[element]!++
    }
    for (const count of counts) expect(Math.abs(count - 4_000)).toBeLessThan(250)
  })

  it("mix bijectively in a sample: no two inputs collide", () => {
    expect(new Set(Array.from({ length: 100_000 }, (_, i) => mix(i))).size).toBe(100_000)
  })
})
