import { describe, expect, it } from "vitest"
import { Disk } from "../../../runtime/process/disk.ts"

describe("a disk without sync latency", () => {
  it("keeps every write at once", () => {
    const disk = new Disk({ term: 0, log: [] }, 0)
    disk.save({ term: 3 }, 10)
    disk.append("log", "a", 10)
    disk.crash(10)
    expect(disk.contents).toEqual({ term: 3, log: ["a"] })
    expect(disk.durableAt).toBe(10)
  })
})

describe("a disk with a sync latency of 100 us", () => {
  const fresh = (): Disk => new Disk({ term: 0, vote: null, log: ["a", "b"] }, 100)

  it("makes all writes of one handler durable with one sync", () => {
    const disk = fresh()
    disk.save({ term: 1 }, 50)
    disk.append("log", "c", 50)
    expect(disk.durableAt).toBe(150)
  })

  it("lets writes made during a sync share the next one (group commit)", () => {
    const disk = fresh()
    disk.save({ term: 1 }, 50)
    disk.save({ term: 2 }, 60)
    disk.save({ term: 3 }, 140)
    expect(disk.durableAt).toBe(250)
    disk.save({ term: 4 }, 160)
    expect(disk.durableAt).toBe(350)
    disk.save({ term: 5 }, 1_000)
    expect(disk.durableAt).toBe(1_100)
  })

  it("loses exactly what was not durable at the crash, in every kind of write", () => {
    const disk = fresh()
    disk.save({ term: 1 }, 0)
    disk.truncate("log", 1, 10)
    disk.append("log", "x", 10)
    disk.save({ term: 2, vote: 4 }, 10)
    disk.discard("log", 1, 10)
    expect(disk.contents).toEqual({ term: 2, vote: 4, log: ["x"] })
    disk.crash(150)
    expect(disk.contents).toEqual({ term: 1, vote: null, log: ["a", "b"] })
  })

  it("keeps everything that was durable at the crash", () => {
    const disk = fresh()
    disk.save({ term: 1 }, 0)
    disk.append("log", "c", 10)
    disk.crash(200)
    expect(disk.contents).toEqual({ term: 1, vote: null, log: ["a", "b", "c"] })
  })

  it("syncs anew after a crash", () => {
    const disk = fresh()
    disk.save({ term: 1 }, 0)
    disk.crash(50)
    disk.save({ term: 9 }, 60)
    expect(disk.durableAt).toBe(160)
    disk.crash(160)
    expect(disk.contents).toMatchObject({ term: 9 })
  })

  it("forgets how to undo what has long been durable: a crash after many writes keeps them", () => {
    const disk = fresh()
    for (let i = 0; i < 10_000; i++) disk.append("log", i, i * 37)
    disk.crash(10_000 * 37 + 200)
    expect((disk.contents["log"] as unknown[]).length).toBe(10_002)
  })

  it("forgets nothing that is still to be undone, however many writes wait for one sync", () => {
    const disk = fresh()
    for (let i = 0; i < 200; i++) disk.append("log", i, 10)
    disk.crash(50)
    expect(disk.contents["log"]).toEqual(["a", "b"])
  })

  it("keeps or loses what one save wrote as a whole, whatever part of the writes a torn one keeps", () => {
    const tornAt = (kept: number): unknown => {
      const disk = fresh()
      disk.save({ term: 7, vote: 3 }, 0)
      disk.save({ term: 8, vote: 4 }, 0)
      disk.crash(50, kept)
      return disk.contents
    }
    const before = { term: 0, vote: null, log: ["a", "b"] }
    const [first, second] = [
      { ...before, term: 7, vote: 3 },
      { ...before, term: 8, vote: 4 },
    ]
    expect([0, 0.3, 0.34, 0.6, 0.67, 0.99].map(tornAt)).toEqual([before, before, first, first, second, second])
  })

  it("takes a save back that named a register for the first time", () => {
    const disk = fresh()
    disk.save({ extra: 1, term: 5 }, 0)
    disk.crash(50)
    expect(disk.contents).toEqual({ term: 0, vote: null, log: ["a", "b"] })
  })
})
