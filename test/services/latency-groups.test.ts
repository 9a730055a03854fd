/** Latencies by client and by region, and settings that name nodes. */
import { describe, expect, it } from "vitest"
import { LatencyGroups, MAX_GROUPS } from "../../services/latency-groups.ts"
import { beyondNodes } from "../../services/node-settings.ts"
import { handWorld } from "./replicated-log/world.ts"

const names = (count: number): string[] => Array.from({ length: count }, (_, place) => `r${count - place}`)

/** Groups of clients, of whom client c is in region c, after latencies of 1, 2, ... and one without success. */
function groups(clients: number | null, regions: number) {
  const places = names(regions)
  const kept = new LatencyGroups({ ...handWorld(3), regions: places, regionOf: client => places[client] }, clients)
  for (const [client, latency] of [
    [2, 10],
    [0, 20],
    [2, 30],
    [2, null],
  ] as const)
    kept.record(client, latency)
  const shown = Object.entries(kept.histograms).map(
    ([name, latency]) => `${name}: ${latency.total}, ${latency.percentile(1)}`,
  )
  return { isKept: kept.isKept, shown }
}

describe("latencies are kept apart", () => {
  it("by client and by region, those without success beyond all others", () => {
    expect(groups(3, 3)).toEqual({
      isKept: true,
      shown: ["client 0: 1, 20", "client 2: 3, Infinity", "region r3: 1, 20", "region r1: 3, Infinity"],
    })
  })

  it.each([
    [1, false],
    [2, true],
    [MAX_GROUPS, true],
    [MAX_GROUPS + 1, false],
  ])("of %i clients: %s", (clients, isKept) => {
    expect(groups(clients, 0)).toEqual({ isKept, shown: isKept ? ["client 0: 1, 20", "client 2: 3, Infinity"] : [] })
  })

  it.each([
    [1, false],
    [3, true],
    [MAX_GROUPS, true],
    [MAX_GROUPS + 1, false],
  ])("of %i regions: %s", (regions, isKept) => {
    expect(groups(null, regions)).toMatchObject({ isKept, shown: { length: isKept ? 2 : 0 } })
  })
})

it("latencies of few clients are kept apart where there are too many regions, and the other way round", () => {
  expect(groups(3, MAX_GROUPS + 1).shown).toEqual(["client 0: 1, 20", "client 2: 3, Infinity"])
  expect(groups(MAX_GROUPS + 1, 3).shown).toEqual(["region r3: 1, 20", "region r1: 3, Infinity"])
})

describe("a setting that goes beyond the nodes", () => {
  it("is one that names a node which is not there, or counts more than there are", () => {
    const settings = { node: 3, proposers: 4 }
    const declared = { ids: ["node"], counts: ["proposers"] }
    expect(beyondNodes(settings, 4, declared)).toBeUndefined()
    expect(beyondNodes(settings, 3, declared)).toEqual({
      setting: "node",
      message: "found node 3, but with n = 3 nodes are 0 to 2",
    })
    expect(beyondNodes({ ...settings, node: "leader" }, 3, declared)).toEqual({
      setting: "proposers",
      message: "found 4, but there are 3 nodes; expected at most 3",
    })
    expect(beyondNodes(settings, 1, {})).toBeUndefined()
    expect(beyondNodes({}, 1, declared)).toBeUndefined()
  })
})
