/**
 * Codecs: write values to a scenario file, and read them back, reporting every problem with its place.
 *
 * A codec reads what a person or {@link Codec.write} wrote; reading what was written gives an equal value. Plain
 * functions without any package, because the trace page reads scenarios too.
 */
import { clientAt, clientNamed } from "../../runtime/contract/ids.ts"
import type { Link } from "../../runtime/network/network.ts"
import { processesNamed, type RolePlace, roleNameOf } from "../../runtime/process/parts.ts"
import {
  DURATION_FORM,
  type Micros,
  MILLISECOND,
  parseDuration,
  parseShare,
  SECOND,
} from "../../runtime/contract/units.ts"
import { didYouMean, shown } from "../../lib/suggestions.ts"

/** The place of a value in the file: keys and list indices, from the top. */
export type Path = readonly (string | number)[]

/** One problem, described, and its place. */
export interface FileProblem {
  readonly path: Path
  readonly message: string
  /** True if the key itself is wrong rather than its value. */
  readonly isKey?: true
}

/** The context of reading, and the receiver of problems. */
export interface Reading {
  /** Number of nodes of the scenario, once known. */
  readonly nodes: number
  /** The roles of the algorithm; their processes have names instead of numbers. */
  readonly roles: readonly RolePlace[]
  /** The unit `d` of durations, in microseconds; NaN while the network is being read, on which `d` depends. */
  readonly linkDelay: Micros
  report(problem: FileProblem): void
}

/** The context of writing. */
export interface Writing {
  readonly roles: readonly RolePlace[]
}

export interface Codec<T> {
  /** @returns the value, or `undefined` after reporting what is wrong with it */
  read(written: unknown, path: Path, reading: Reading): T | undefined
  write(value: T, writing: Writing): unknown
  /** The value if the key is absent; without this, the key is required. */
  readonly absent?: { readonly value: T | undefined }
}

/** Makes a codec of a value that `accept` interprets; `expected` describes what is allowed. */
export function scalar<T>(
  expected: string | ((reading: Reading) => string),
  accept: (written: unknown, reading: Reading) => T | undefined,
  write: (value: T, writing: Writing) => unknown = value => value,
): Codec<T> {
  return {
    read: (written, path, reading) => {
      const value = accept(written, reading)
      if (value === undefined) {
        const allowed = typeof expected === "string" ? expected : expected(reading)
        reading.report({ path, message: `found ${shown(written)}, expected ${allowed}` })
      }
      return value
    },
    write,
  }
}

/** The same codec for an optional key. */
export function optional<T>(codec: Codec<T>, value?: T): Codec<T> {
  return { ...codec, absent: { value } }
}

/** Virtual time: `150ms`, `2s`, `3d`, or a number of microseconds. */
export const time: Codec<Micros> = scalar(DURATION_FORM, readTime, writeTime)

function readTime(written: unknown, { linkDelay }: Reading): Micros | undefined {
  const value = typeof written === "string" ? parseDuration(written, linkDelay) : written
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** Writes a time in the largest unit in which it is a whole number, so that no precision is lost. */
export function writeTime(value: Micros): string {
  if (value % SECOND === 0) return `${value / SECOND}s`
  return value % MILLISECOND === 0 ? `${value / MILLISECOND}ms` : `${value}us`
}

/** A probability: `0.1` or `10%`. */
export const share: Codec<number> = scalar("a share such as 10% or 0.1, from 0 to 1", written => {
  const value = typeof written === "string" ? parseShare(written) : written
  return typeof value === "number" && value >= 0 && value <= 1 ? value : undefined
})

export const positive: Codec<number> = scalar("a number above 0", written =>
  typeof written === "number" && Number.isFinite(written) && written > 0 ? written : undefined,
)

export function integer(min: number, max: number): Codec<number> {
  return scalar(`an integer from ${min} to ${max}`, written => integerWithin(written, min, max))
}

/** The id of a member of the group. */
export const member: Codec<number> = scalar(memberForm, readMember)

/** The id of a process: a member's number, or a role's name, such as `server` or `store 1`. */
export const node: Codec<number> = scalar(nodeForm, readNode, (id, { roles }) => roleNameOf(roles, id) ?? id)

/** The end of a link, which may also be a client: `client 0`. */
export const end: Codec<number> = scalar(
  reading => `${nodeForm(reading)} or client 0`,
  (written, reading) => (typeof written === "string" ? clientNamed(written) : undefined) ?? readNode(written, reading),
  (id, writing) => (clientAt(id) === undefined ? node.write(id, writing) : `client ${clientAt(id)}`),
)

function nodeForm(reading: Reading): string {
  return [memberForm(reading), ...reading.roles.map(({ name }) => name)].join(" or ")
}

function readNode(written: unknown, reading: Reading): number | undefined {
  if (typeof written !== "string") return readMember(written, reading)
  const [id, ...others] = processesNamed(reading.roles, written)
  return others.length === 0 ? id : undefined
}

function memberForm({ nodes }: Reading): string {
  return `a node from 0 to ${nodes - 1}`
}

function readMember(written: unknown, { nodes }: Reading): number | undefined {
  return integerWithin(written, 0, nodes - 1)
}

function integerWithin(written: unknown, min: number, max: number): number | undefined {
  return typeof written === "number" && Number.isSafeInteger(written) && written >= min && written <= max
    ? written
    : undefined
}

export const text: Codec<string> = scalar("text", written => (typeof written === "string" ? written : undefined))

export const flag: Codec<boolean> = scalar("true or false", written =>
  typeof written === "boolean" ? written : undefined,
)

/** One of several words. */
export function word<const V extends readonly string[]>(values: V): Codec<V[number]> {
  return scalar(`one of ${values.join(", ")}`, written => values.find(value => value === written))
}

/** Exactly this value. */
export function literal<const V extends string | boolean | null>(value: V): Codec<V> {
  return scalar(JSON.stringify(value), written => (written === value ? value : undefined))
}

export function list<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    read: (written, path, reading) => {
      if (!Array.isArray(written)) {
        reading.report({ path, message: `found ${shown(written)}, expected a list` })
        return undefined
      }
      const values = written.flatMap((entry: unknown, index) => {
        const value = item.read(entry, [...path, index], reading)
        return value === undefined ? [] : [value]
      })
      return values.length === written.length ? values : undefined
    },
    write: (values, writing) => values.map(value => item.write(value, writing)),
  }
}

/** The codecs of all keys of `T`; `{} | null` is everything but `undefined`. */
export type Fields<T> = { readonly [K in keyof T]-?: Codec<T[K] & ({} | null)> }

/** A mapping with these keys and no others. */
export function record<T extends object>(fields: Fields<T>): Codec<T> {
  return {
    read: (written, path, reading) => readRecord(fields, written, path, reading),
    write: (value, writing) => {
      const written: Record<string, unknown> = {}
      for (const key in fields) if (value[key] !== undefined) written[key] = fields[key].write(value[key], writing)
      return written
    },
  }
}

function readRecord<T extends object>(
  fields: Fields<T>,
  written: unknown,
  path: Path,
  reading: Reading,
): T | undefined {
  if (!isMapping(written)) {
    reading.report({ path, message: `found ${shown(written)}, expected a mapping (key: value)` })
    return undefined
  }
  let isSound = reportUnknownKeys(written, Object.keys(fields), path, reading)
  const values: { [K in keyof T]?: T[K] } = {}
  for (const key in fields) {
    const codec = fields[key]
    const isAbsent = written[key] === undefined
    if (isAbsent && codec.absent === undefined) reading.report({ path: [...path, key], message: "missing" })
    const value = isAbsent ? codec.absent?.value : codec.read(written[key], [...path, key], reading)
    if (value !== undefined) values[key] = value
    else if (!isAbsent || codec.absent === undefined) isSound = false
  }
  return isSound && isComplete<T>(values) ? values : undefined
}

/** Tells the type checker that every required key has been read. */
function isComplete<T extends object>(values: { [K in keyof T]?: T[K] }): values is T & { [K in keyof T]?: T[K] } {
  return typeof values === "object"
}

/** @returns true if there is none */
export function reportUnknownKeys(
  written: Readonly<Record<string, unknown>>,
  allowed: readonly string[],
  path: Path,
  { report }: Reading,
): boolean {
  const unknown = Object.keys(written).filter(key => !allowed.includes(key))
  for (const key of unknown) {
    const message = `unknown key; allowed here: ${allowed.join(", ")}${didYouMean(key, allowed)}`
    report({ path: [...path, key], message, isKey: true })
  }
  return unknown.length === 0
}

export function isMapping(written: unknown): written is Readonly<Record<string, unknown>> {
  return typeof written === "object" && written !== null && !Array.isArray(written)
}

/** The error message for a name that is not among those allowed. */
export function notOneOf(found: unknown, allowed: readonly string[]): string {
  const hint = typeof found === "string" ? didYouMean(found, allowed) : ""
  return `found ${shown(found)}, expected one of ${allowed.join(", ")}${hint}`
}

/** The members of a union discriminated by the key `Tag`, by the value of that key. */
export type Cases<Tag extends string, U extends { readonly [T in Tag]: string }> = {
  readonly [K in U[Tag]]: Codec<U & { readonly [T in Tag]: K }>
}

/** A mapping discriminated by the key `tag`. */
export function oneOf<Tag extends string, U extends { readonly [T in Tag]: string }>(
  tag: Tag,
  cases: Cases<Tag, U>,
): Codec<U> {
  return tagged(tag, Object.entries<Codec<U>>(cases))
}

/** The same for kinds that a registry lists. */
export function tagged<Tag extends string, U extends { readonly [T in Tag]: string }>(
  tag: Tag,
  cases: readonly (readonly [kind: string, codec: Codec<U>])[],
): Codec<U> {
  const kinds: ReadonlyMap<string, Codec<U>> = new Map(cases)
  return {
    read: (written, path, reading) => {
      const kind = isMapping(written) ? written[tag] : undefined
      const codec = typeof kind === "string" ? kinds.get(kind) : undefined
      if (codec !== undefined) return codec.read(written, path, reading)
      if (kind !== undefined) reading.report({ path: [...path, tag], message: notOneOf(kind, [...kinds.keys()]) })
      else {
        const expected = `a mapping with ${tag}: one of ${[...kinds.keys()].join(", ")}`
        reading.report({ path, message: `found ${shown(written)}, expected ${expected}` })
      }
      return undefined
    },
    write: (value, writing) => kinds.get(value[tag])?.write(value, writing),
  }
}

/** A link, as the pair of its nodes. */
export const link: Codec<Link> = linkBetween(node)

/** A link that may end at a client. */
export const clientLink: Codec<Link> = linkBetween(end)

function linkBetween(item: Codec<number>): Codec<Link> {
  return {
    read: (written, path, reading) => {
      const [from, to, ...others] = list(item).read(written, path, reading) ?? []
      const isLink = from !== undefined && to !== undefined && from !== to && (from >= 0 || to >= 0)
      if (isLink && others.length === 0) return [from, to]
      if (Array.isArray(written)) {
        reading.report({ path, message: `found ${shown(written)}, expected two nodes: from and to` })
      }
      return undefined
    },
    write: (ends, writing) => ends.map(each => item.write(each, writing)),
  }
}
