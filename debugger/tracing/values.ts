/** Plain data in traces as text: values on one line, and a node's state field by field. */

/** The fields of a node's state and disk, each as a short text. */
export type Snapshot = ReadonlyMap<string, string>

/** @param parts state and disk; of fields with the same name, the last wins */
export function snapshotOf(...parts: readonly object[]): Snapshot {
  return new Map(
    parts.flatMap(part => Object.entries(part).map(([field, value]) => [field, summarize(value)] as const)),
  )
}

/** Long collections are shown by their size and last element, so that the cost of a step does not grow with the run. */
function summarize(value: unknown): string {
  if (Array.isArray(value) && value.length > MAX_LIST_LENGTH)
    return `${value.length} entries, last ${show(value.at(-1))}`
  if (value instanceof Map && value.size > MAX_LIST_LENGTH) return `${value.size} entries`
  if (value instanceof Set && value.size > MAX_LIST_LENGTH) return `${value.size} elements`
  return show(value)
}

const MAX_LIST_LENGTH = 8
const MAX_VALUE_LENGTH = 160

/** A message, request or fact: its type, then its fields. */
export function showTagged({ type, ...fields }: { readonly type: string }): string {
  return Object.keys(fields).length === 0 ? type : `${type} ${show(fields)}`
}

/** Plain data on one line, as one would write it: `{term: 3, entries: [...]}`; maps and sets included. */
export function show(value: unknown): string {
  const text = write(value, MAX_VALUE_LENGTH)
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH - 3)}...`
}

/** Writes a value until there are more than `room` characters: the rest will not be shown. */
function write(value: unknown, room: number): string {
  if (Array.isArray(value)) return writeAll("[", value, "]", room, write)
  if (value instanceof Set) return writeAll("{", value, "}", room, write)
  if (value instanceof Map) {
    return writeAll("{", value, "}", room, ([key, entry], left) => `${write(key, left)} => ${write(entry, left)}`)
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "nothing"
  return writeAll("{", Object.entries(value), "}", room, ([key, entry], left) => `${key}: ${write(entry, left)}`)
}

function writeAll<T>(
  open: string,
  items: Iterable<T>,
  close: string,
  room: number,
  writeOne: (item: T, room: number) => string,
): string {
  let text = open
  for (const item of items) {
    if (text.length > room) return text
    text += `${text.length > open.length ? ", " : ""}${writeOne(item, room - text.length)}`
  }
  return text + close
}
