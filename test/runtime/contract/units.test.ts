import { describe, expect, it } from "vitest"
import {
  choice,
  duration,
  flag,
  integer,
  rate,
  resolveParameters,
  share,
} from "../../../runtime/contract/parameters.ts"
import {
  followsLinkDelay,
  formatDuration,
  parseBandwidth,
  parseDuration,
  parseRate,
  parseShare,
  parseSize,
} from "../../../runtime/contract/units.ts"

describe("quantities", () => {
  it.each([
    ["150ms", 150_000],
    ["2s", 2_000_000],
    ["1.5s", 1_500_000],
    ["500us", 500],
    ["500\u00b5s", 500],
    ["500\u03bcs", 500],
    ["3d", 30_000],
    ["2d + 1ms", 21_000],
    ["max(150ms, 10d)", 150_000],
    ["max(50ms, 10d)", 100_000],
  ])("reads %s as %d us where d is 10 ms", (text, micros) => {
    expect(parseDuration(text, 10_000)).toBe(micros)
  })

  it.each(["150", "ms", "1 fortnight", "-5ms", "1e3ms", "", "max(1ms, x)"])("refuses the duration %j", text => {
    expect(parseDuration(text, 10_000)).toBeUndefined()
  })

  it("reads shares, sizes and rates", () => {
    expect(parseShare("10%")).toBeCloseTo(0.1, 12)
    expect(parseShare("0.25")).toBe(0.25)
    expect(parseShare("101%")).toBeUndefined()
    expect([parseSize("1KiB"), parseSize("2GiB"), parseSize("2GB")]).toEqual([1_024, 2_147_483_648, 2_000_000_000])
    expect(parseRate("6/min")).toBeCloseTo(0.1, 12)
    expect(parseRate("100")).toBeUndefined()
  })

  it("reads bandwidths in bytes per second, with white space around, and nothing behind", () => {
    expect(["10MB/s", " 10 MB / s ", "8Mbit/s", "1KiB/s"].map(parseBandwidth)).toEqual([1e7, 1e7, 1e6, 1_024])
    for (const wrong of ["10MB/sec", "10MB", "10/s", "MB/s", ""]) expect(parseBandwidth(wrong)).toBeUndefined()
  })

  it("reads rates per millisecond, second, minute and hour, and nothing else", () => {
    expect(["2/ms", " 100/s ", "1.25/s", "90 / min", "7200/h"].map(parseRate)).toEqual([2_000, 100, 1.25, 1.5, 2])
    for (const wrong of ["x5/s", "5/sec", "5/day", "1./s", "/s"]) expect(parseRate(wrong)).toBeUndefined()
  })

  it("reads shares and sizes with white space around", () => {
    expect([parseShare(" 5 % "), parseSize(" 2 KiB "), parseShare("100%"), parseShare("1")]).toEqual([
      0.05, 2_048, 1, 1,
    ])
    expect([parseShare("5 percent"), parseShare("1.01"), parseSize("2")]).toEqual([undefined, undefined, undefined])
  })

  it("tells durations that follow the network, and writes whole seconds as such", () => {
    expect(["3d", "max(150ms, 10 d)", "1s", "day"].map(followsLinkDelay)).toEqual([true, true, false, false])
    expect([999_999, 1_000_000, 1_000].map(formatDuration)).toEqual(["999.999ms", "1s", "1ms"])
  })

  it("reads durations up to the largest whole number there is", () => {
    expect(parseDuration("9007199254740991us")).toBe(Number.MAX_SAFE_INTEGER)
    expect(parseDuration("9007199254740992us")).toBeUndefined()
    expect(parseDuration("1s + nonsense")).toBeUndefined()
  })

  it("writes durations in the largest unit", () => {
    expect([150_000, 2_000_000, 1_500_000, 20, 0].map(formatDuration)).toEqual(["150ms", "2s", "1.5s", "20us", "0s"])
  })
})

describe("parameters", () => {
  const declared = {
    timeout: duration("max(150ms, 10d)", "How long to wait.", { min: 1_000 }),
    batch: integer(8, "Most entries in one message.", { min: 1, max: 64 }),
    reads: share("50%", "Share of reads."),
    load: rate("100/s", "Operations begun."),
    mode: choice(["eager", "lazy"], "eager", "When to speak."),
    repair: flag(false, "Whether to repair."),
  }

  it("complete given values with defaults that follow the network", () => {
    const resolved = resolveParameters(declared, { batch: 2, mode: "lazy" }, 20_000)
    expect(resolved).toEqual({
      values: { timeout: 200_000, batch: 2, reads: 0.5, load: 100, mode: "lazy", repair: false },
    })
  })

  it("name every problem with what is allowed", () => {
    const given = { timeout: "10us", batch: 65, mode: "late", repair: "yes", colour: "red" }
    const resolved = resolveParameters(declared, given, 0)
    const problems = "problems" in resolved ? resolved.problems.map(({ name, expected }) => `${name}: ${expected}`) : []
    expect(problems).toEqual([
      "colour: one of timeout, batch, reads, load, mode, repair",
      "timeout: a duration such as 150ms, 2s, 500us or 3d (d = one link delay), at least 1ms",
      "batch: an integer, from 1 to 64",
      "mode: one of eager, lazy",
      "repair: true or false",
    ])
  })
})

it("refuses numbers beyond all numbers in every unit", () => {
  const digits = "9".repeat(400)
  expect(parseDuration(`${digits}s`)).toBeUndefined()
  expect(parseSize(`${digits}B`)).toBeUndefined()
  expect(parseRate(`${digits}/s`)).toBeUndefined()
  expect(parseBandwidth(`${digits}MB/s`)).toBeUndefined()
})
