/** The fate of messages on each link, drawn by hand. */
import { describe, expect, it } from "vitest"
import { DelayTables } from "../../../runtime/network/delay-tables.ts"
import { CORRUPTED, Links, LOST } from "../../../runtime/network/links.ts"
import type { Latency, Network } from "../../../runtime/network/network.ts"
import { Overridable } from "../../../runtime/network/overridable.ts"

const constant = (delay: number): Latency => ({ model: "constant", delay })
const wide: Latency = { model: "uniform", min: 1_000, max: 101_000 }

const open = (changes: Partial<Network> = {}, size = 3, seed = 1) =>
  new Links(size, { latency: constant(100), loss: 0, duplication: 0, ...changes }, seed)

/** Fates of the next messages on a link. */
const draw = (links: Links, count: number, from = 0, to = 1): number[] =>
  Array.from({ length: count }, () => links.delay(from, to))

const share = (values: readonly number[], isSo: (value: number) => boolean): number =>
  values.filter(isSo).length / values.length

describe("delays", () => {
  it("are the same numbers in every version, on each link others", () => {
    const links = open({ latency: wide })
    expect([draw(links, 3), draw(links, 3, 1, 0), draw(links, 3, 2, 1)]).toEqual([
      [20436, 89936, 95942],
      [61426, 96922, 5232],
      [17752, 71760, 29696],
    ])
    const clients = open({ clientLatency: wide })
    expect([9, 9, 10].map(client => clients.clientDelay(client, 0))).toEqual([65952, 52653, 66225])
  })

  it("between clients and nodes are those between their regions", () => {
    const delays = [
      [1, 20, 300],
      [20, 2, 4_000],
      [300, 4_000, 3],
    ]
    const placed = open({ regions: { delays, nodes: [0, 1, 2], clients: [2, 0, 1], jitter: 0 } })
    for (let times = 0; times < 2; times++) {
      const found = [0, 1, 2, 3].map(client => [0, 1, 2].map(node => placed.clientDelay(client, node)))
      expect(found).toEqual([delays[2], delays[0], delays[1], delays[2]])
    }
  })

  it("of a link are not those of another one, nor those of its copies", () => {
    const links = open({ latency: wide, duplication: 1 })
    const all = [draw(links, 50), draw(links, 50, 0, 2), draw(links, 50, 1, 0)].flat()
    const copies = Array.from({ length: 50 }, () => (links.delay(2, 0), links.duplicateDelay(2, 0)))
    expect(new Set([...all, ...copies]).size).toBeGreaterThan(190)
  })
})

describe("a fault", () => {
  const isLost = (delay: number): boolean => delay === LOST
  const isCorrupted = (delay: number): boolean => delay === CORRUPTED

  it("loses the share that it says, everywhere or on its links, until it ends", () => {
    const links = open()
    const end = links.lose(0.3, null)
    expect(links.isCalm).toBe(false)
    expect(share(draw(links, 4_000), isLost)).toBeCloseTo(0.3, 1)
    end()
    expect(links.isCalm).toBe(true)
    expect(draw(links, 50)).toEqual(Array.from({ length: 50 }, () => 100))
    links.lose(1, [1])
    expect(share(draw(links, 50), isLost)).toBe(1)
    expect(share(draw(links, 50, 1, 0), isLost)).toBe(0)
    expect(share(draw(open({ loss: 1 }), 50), isLost)).toBe(1)
  })

  it("corrupts the share that it says, of what is not lost", () => {
    const links = open()
    links.corrupt(0.5, null)
    expect(share(draw(links, 4_000), isCorrupted)).toBeCloseTo(0.5, 1)
    links.lose(0.5, null)
    const fates = draw(links, 4_000)
    expect(share(fates, isLost)).toBeCloseTo(0.5, 1)
    expect(share(fates, isCorrupted)).toBeCloseTo(0.25, 1)
  })

  it("holds back the share that it says, by up to the time that it says", () => {
    const links = open()
    const end = links.reorder(0.5, 1_000, null)
    const fates = draw(links, 4_000)
    expect(share(fates, delay => delay > 100)).toBeCloseTo(0.5, 1)
    expect(Math.max(...fates)).toBeLessThanOrEqual(1_100)
    expect(Math.max(...fates)).toBeGreaterThan(1_080)
    const held = fates.filter(delay => delay > 100)
    expect(held.reduce((sum, delay) => sum + delay - 100, 0) / held.length / 500).toBeCloseTo(1, 1)
    end()
    links.delayBy(7, [1])
    expect([draw(links, 2), draw(links, 2, 0, 2)]).toEqual([
      [107, 107],
      [100, 100],
    ])
  })

  it("doubles the share that it says", () => {
    const links = open()
    expect(links.duplicateDelay(0, 1)).toBe(-1)
    const end = links.duplicate(0.5, null)
    const copies = Array.from({ length: 4_000 }, () => (links.delay(0, 1), links.duplicateDelay(0, 1)))
    expect(new Set(copies)).toEqual(new Set([-1, 100]))
    expect(share(copies, delay => delay === 100)).toBeCloseTo(0.5, 1)
    end()
    expect(links.duplicateDelay(0, 1)).toBe(-1)
  })

  it("cuts a link in one direction; two cuts need two mends", () => {
    const links = open()
    for (let cuts = 0; cuts < 2; cuts++) links.cut(0, 1)
    links.mend(0, 1)
    expect([links.isConnected(0, 1), links.isConnected(1, 0), links.isCalm]).toEqual([false, true, false])
    links.mend(0, 1)
    expect([links.isConnected(0, 1), links.isCalm]).toEqual([true, true])
  })
})

describe("settings of links", () => {
  it("hold in both directions, or in one, and nowhere in groups without their nodes", () => {
    const lossy = (oneWay: boolean, to: number) => {
      const links = open({ links: [{ between: [0, to], oneWay, loss: 1 }] })
      return [draw(links, 1)[0], draw(links, 1, 1, 0)[0], draw(links, 1, 2, 1)[0]]
    }
    expect(lossy(false, 1)).toEqual([LOST, LOST, 100])
    expect(lossy(true, 1)).toEqual([LOST, 100, 100])
    expect(lossy(false, 3)).toEqual([100, 100, 100])
  })

  it("of latency depend on the size of the group, for one network", () => {
    const shared: Partial<Network> = { links: [{ between: [0, 1], latency: constant(5) }] }
    const network: Network = { latency: constant(100), loss: 0, duplication: 0, ...shared }
    const tables = new DelayTables()
    for (const size of [2, 4, 3, 4]) {
      const links = new Links(size, network, 1, tables)
      expect([links.delay(0, 1), links.delay(1, 0)]).toEqual([5, 5])
      expect(links.delay(size - 1, 0)).toBe(size === 2 ? 5 : 100)
    }
  })

  it("of bandwidth make messages wait for each other, and order those behind", () => {
    const links = open({ bandwidth: 1_000_000 })
    expect([0, 0, 5_000].map(now => links.arrival(0, 1, 200, now, 100))).toEqual([300, 500, 5_300])
    expect(links.arrival(0, 1, 0, 5_000, 100)).toBe(5_100)
    expect(links.arrival(0, 1, 200, 5_000, 100, true)).toBe(5_100)
    const inOrder = open({ fifo: true })
    expect([500, 100, 700].map(delay => inOrder.arrival(0, 1, 200, 0, delay))).toEqual([500, 500, 700])
    expect(inOrder.arrival(1, 0, 200, 0, 100)).toBe(100)
    expect(open().arrival(0, 1, 200, 0, 100)).toBe(100)
  })
})

describe("an overridden setting", () => {
  const everywhere = (setting: Overridable): number[] => [0, 1, 2].map(place => setting.at(place))

  it("is the largest of those that hold at a place", () => {
    for (const base of [1, Float64Array.of(1, 1, 1)]) {
      const setting = new Overridable(base, 3)
      const ends = [setting.override(5, null), setting.override(7, [1]), setting.override(3, [0, 1])]
      expect(everywhere(setting)).toEqual([5, 7, 5])
      expect(setting.most).toBe(7)
      ends[0]!()
      expect(everywhere(setting)).toEqual([3, 7, 1])
      ends[1]!()
      expect(everywhere(setting)).toEqual([3, 3, 1])
      ends[2]!()
      expect(everywhere(setting)).toEqual([1, 1, 1])
      expect(setting.most).toBe(1)
    }
  })

  it("never falls below what holds at the place anyway", () => {
    const setting = new Overridable(Float64Array.of(1, 4, 9), 3)
    setting.override(4, null)
    expect(everywhere(setting)).toEqual([4, 4, 9])
    expect(everywhere(new Overridable(6, 3))).toEqual([6, 6, 6])
    const uniform = new Overridable(6, 3)
    uniform.override(4, null)
    expect(everywhere(uniform)).toEqual([6, 6, 6])
  })
})
