/** The size of a value by the model of `message-size.ts`, computed by walking it: works for all values, but is slow. */
export const SCALAR = 8
export const TEXT = 2
export const COLLECTION = 4

/** The size of any plain data, in bytes. */
export function sizeOfValue(value: unknown): number {
  if (typeof value === "string") return TEXT + value.length
  if (typeof value !== "object" || value === null) return SCALAR
  return Array.isArray(value) ? sizeOfList(value) : sizeOfRecord(value)
}

function sizeOfList(list: readonly unknown[]): number {
  let size = COLLECTION
  for (let i = 0; i < list.length; i++) size += sizeOfValue(list[i])
  return size
}

function sizeOfRecord(value: object): number {
  if (value instanceof Map || value instanceof Set) return sizeOfCollection(value)
  let size = 0
  const fields = value as Readonly<Record<string, unknown>>
  for (const name in fields) size += sizeOfValue(fields[name])
  return size
}

function sizeOfCollection(collection: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>): number {
  let size = COLLECTION
  for (const [key, value] of collection.entries()) {
    size += sizeOfValue(key)
    if (collection instanceof Map) size += sizeOfValue(value)
  }
  return size
}
