/** Plain data in readable form, for messages about failures. */

const MAX_TEXT_LENGTH = 4_000
/** The maximum number of elements shown of one collection. */
const MAX_ELEMENTS = 200

/** Plain data as JSON, including maps and sets, truncated to a readable length. */
export function showState(state: object): string {
  let text: string
  try {
    // The value itself: a library may have given collections their own `toJSON`.
    text = JSON.stringify(state, function (this: object, key): unknown {
      const value: unknown = Reflect.get(this, key)
      if (value instanceof Map) return Object.fromEntries([...value].slice(0, MAX_ELEMENTS))
      if (value instanceof Set) return [...value].slice(0, MAX_ELEMENTS)
      return Array.isArray(value) ? value.slice(0, MAX_ELEMENTS) : value
    })
  } catch (error) {
    return `cannot be shown: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`
  }
  return shortened(text)
}

/** The message of a thrown value, truncated to a readable length; even if reading its message throws. */
export function showError(error: unknown): string {
  try {
    const message: unknown = error instanceof Error ? error.message : error
    return shortened(typeof message === "object" && message !== null ? showState(message) : String(message))
  } catch {
    return "an error that cannot be shown"
  }
}

/** A text, truncated to a readable length. */
export function shortened(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}...`
}

/** C0 except tab and line feed, DEL, C1, line and paragraph separators, and bidirectional controls (Unicode UAX #9). */
// oxlint-disable-next-line no-control-regex -- these are what it is about
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g

/** Text with its control characters as JSON escapes them (`\u001b`), so that no terminal obeys them. */
export function showControls(text: string): string {
  return text.replaceAll(CONTROL, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
}
