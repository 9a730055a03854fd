/**
 * Plain data as text, and back: JSON, with maps, sets, `undefined` in arrays and the numbers that JSON does not have.
 *
 * Both sides of the sandbox's wall use it, so it is pure and stands alone.
 */

/** Marks an object that stands for something JSON cannot say. */
const MARK = "$quorate"

/** @throws TypeError for what is not plain data: big integers, and objects that contain themselves */
export function encode(value: unknown): string {
  return JSON.stringify(value, replace) ?? "null"
}

export function decode(text: string): unknown {
  return text.includes(MARK) ? JSON.parse(text, revive) : JSON.parse(text)
}

function replace(_key: string, value: unknown): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value : { [MARK]: "number", value: String(value) }
  if (value === undefined) return { [MARK]: "undefined" }
  if (value instanceof Map) return { [MARK]: "map", value: [...value] }
  if (value instanceof Set) return { [MARK]: "set", value: [...value] }
  return value
}

function revive(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(MARK in value)) return value
  const content: unknown = "value" in value ? value.value : undefined
  switch (value[MARK]) {
    case "number":
      return Number(content)
    case "map":
      return new Map(Array.isArray(content) ? content : [])
    case "set":
      return new Set(Array.isArray(content) ? content : [])
    default:
      return undefined
  }
}
