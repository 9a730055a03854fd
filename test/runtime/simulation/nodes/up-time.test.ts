import { describe, expect, test } from "vitest"
import { UpTime } from "../../../../runtime/simulation/nodes/up-time.ts"
import { raft } from "../../../../algorithms/raft/raft.ts"
import { replicatedLog } from "../../../../services/replicated-log/service.ts"
import { completeRun } from "../../../support/service-run.ts"

describe("the share of time with a majority up", () => {
  const share = (size: number, ups: readonly (readonly [time: number, up: number])[]): number => {
    const upTime = new UpTime(size, 100, 200)
    for (const [time, up] of ups) upTime.update(time, up)
    return upTime.majorityShare()
  }

  test("is more than half: of four nodes three, of five three, of one the one", () => {
    expect(share(4, [[0, 3]])).toBe(1)
    expect(share(4, [[0, 2]])).toBe(0)
    expect(share(5, [[0, 3]])).toBe(1)
    expect(share(5, [[0, 2]])).toBe(0)
    expect(share(1, [[0, 1]])).toBe(1)
  })

  test("counts from the end of the warm-up to the end of the run", () => {
    const ups = [
      [0, 3],
      [50, 1],
      [90, 2],
      [150, 1],
      [175, 2],
      [190, 3],
      [300, 0],
    ] as const
    expect(share(3, ups)).toBe(0.75)
    expect(share(3, [])).toBe(0)
  })
})

test("crashes and pauses count, each while it lasts, and partitions do not", () => {
  const { majorityUpShare } = completeRun(raft, replicatedLog, {
    nodes: 3,
    warmup: "1s",
    duration: "5s",
    faults: [
      { kind: "crash", target: { nodes: [0] }, at: 500_000, for: 1_500_000 },
      { kind: "pause", target: { nodes: [1] }, at: 1_500_000, for: 1_000_000 },
      { kind: "crash", target: { nodes: [0, 1] }, at: 4_000_000 },
      { kind: "isolate", target: { nodes: [0, 1, 2] }, at: 3_000_000, for: 500_000 },
    ],
  })
  // Two of three are out from 1.5 to 2 s, and from 4 s on.
  expect(majorityUpShare).toBe(2.5 / 4)
})
