import { describe, expect, it } from "vitest"
import { Disk } from "../../runtime/disk.ts"

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
})
