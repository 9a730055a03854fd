/** Plain data as people read it in messages about failures. */

const LONGEST_STATE = 4_000
/** Elements of one collection that are shown. */
const MOST_ELEMENTS = 200

/** Plain data as JSON, maps and sets included, cut to a readable length. */
export function showState(state: object): string {
  let text: string
  try {
    text = JSON.stringify(state, (_, value: unknown) => {
      if (value instanceof Map) return Object.fromEntries([...value].slice(0, MOST_ELEMENTS))
      if (value instanceof Set) return [...value].slice(0, MOST_ELEMENTS)
      return Array.isArray(value) ? value.slice(0, MOST_ELEMENTS) : value
    })
  } catch (error) {
    return `cannot be shown: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`
  }
  return text.length <= LONGEST_STATE ? text : `${text.slice(0, LONGEST_STATE)}...`
}
