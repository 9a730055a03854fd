/** The codecs of the settings of faults and latency models in a scenario file: one for each kind of setting. */
import type { Setting, SettingKind, Settings } from "../../runtime/contract/settings.ts"
import { type Micros, parseDuration } from "../../runtime/contract/units.ts"
import type { Side } from "../../runtime/faults/fault.ts"
import type { Quantiles } from "../../runtime/network/models/empirical.ts"
import { behaviour } from "./behaviour.ts"
import {
  type Codec,
  end,
  type Fields,
  flag,
  integer,
  isMapping,
  list,
  node,
  optional,
  positive,
  record,
  scalar,
  share,
  time,
  word,
  writeTime,
} from "./codec.ts"

/** Values of declared settings. */
export type Values = Readonly<Record<string, unknown>>

/** The codecs of declared settings, by name. */
export function fieldsOf(settings: Settings): Fields<Values> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => {
      const codec = codecOf(setting)
      return [name, setting.isOptional === true ? optional(codec) : codec]
    }),
  )
}

function codecOf({ kind, words = [] }: Setting): Codec<{}> {
  return kind === "word" ? word(words) : CODECS[kind]
}

/** A span of time in either direction. */
const signedTime: Codec<Micros> = scalar(
  "a duration such as 150ms or -2s",
  (written, reading) => {
    const isBack = typeof written === "string" && written.startsWith("-")
    const span = typeof written === "string" ? parseDuration(written.slice(isBack ? 1 : 0), reading.linkDelay) : written
    if (typeof span !== "number" || !Number.isSafeInteger(span)) return undefined
    return isBack ? -span : span
  },
  value => `${value < 0 ? "-" : ""}${writeTime(Math.abs(value))}`,
)

/** The share by which a clock is fast, or slow if it is negative. */
const drift: Codec<number> = scalar("a share above -1, such as 0.01", written =>
  typeof written === "number" && Number.isFinite(written) && written > -1 ? written : undefined,
)

const randomSide: Codec<Exclude<Side, readonly number[]>> = record({ random: integer(1, 1_000) })
const side: Codec<Side> = {
  read: (written, path, reading) => (isMapping(written) ? randomSide : list(end)).read(written, path, reading),
  write: (value, writing) => ("random" in value ? value : list(end).write(value, writing)),
}

/** A share of messages, and the delay that they do not exceed. */
const quantile: Codec<readonly [number, number]> = {
  read: (written, path, reading) => {
    if (Array.isArray(written) && written.length === 2) {
      const [upTo, delay] = written
      const shareRead = share.read(upTo, [...path, 0], reading)
      const delayRead = time.read(delay, [...path, 1], reading)
      return shareRead === undefined || delayRead === undefined ? undefined : [shareRead, delayRead]
    }
    reading.report({ path, message: "expected a share and a delay, such as [0.5, 10ms]" })
    return undefined
  },
  write: ([upTo, delay]) => [upTo, writeTime(delay)],
}

/** From share 0 to share 1; neither shares nor delays may decrease. */
const quantiles: Codec<Quantiles> = {
  read: (written, path, reading) => {
    const read = list(quantile).read(written, path, reading)
    if (read === undefined) return undefined
    const rises = read.every(
      ([upTo, delay], index) => index === 0 || (upTo > read[index - 1]![0] && delay >= read[index - 1]![1]),
    )
    if (rises && read[0]?.[0] === 0 && read.at(-1)?.[0] === 1) return read
    reading.report({ path, message: "expected shares that rise from 0 to 1, and delays that never fall" })
    return undefined
  },
  write: (value, writing) => value.map(item => quantile.write(item, writing)),
}

const toggle: Codec<boolean> = scalar(
  "true or false",
  written => (typeof written === "boolean" ? written : undefined),
  value => value,
)

const CODECS: Readonly<Record<Exclude<SettingKind, "word">, Codec<{}>>> = {
  duration: time,
  offset: signedTime,
  share,
  drift,
  positive,
  ordinal: integer(1, Number.MAX_SAFE_INTEGER),
  flag,
  toggle,
  nodes: list(node),
  receivers: list(node),
  sides: list(side),
  behaviour,
  quantiles,
}
