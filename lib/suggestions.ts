/**
 * Parts of error messages: quotes the written value, and guesses the intended name. Pure, so that pages can use it too.
 */

/** A written value for an error message: short, and on one line. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return "nothing"
  // JSON cannot represent some numbers.
  const text = typeof value === "number" ? String(value) : JSON.stringify(value)
  return text.length <= MAX_SHOWN_LENGTH ? text : `${text.slice(0, MAX_SHOWN_LENGTH - 3)}...`
}

const MAX_SHOWN_LENGTH = 60

/** Longer words are not compared: they are not slips, and comparing takes time that grows with their length. */
const MAX_NAME_LENGTH = 100

/** `; did you mean latency?` if one of the names is close to the written one, else empty. */
export function didYouMean(written: string, names: readonly string[]): string {
  const nearest = nearestOf(written, names)
  return nearest === undefined ? "" : `; did you mean ${nearest}?`
}

/**
 * The name with the fewest edits from the written one, if these are few enough to be a slip: one up to four letters,
 * two up to eight, then one in three; and never all letters.
 */
export function nearestOf(written: string, names: readonly string[]): string | undefined {
  if (written.length > MAX_NAME_LENGTH) return undefined
  let nearest: string | undefined
  let fewest = Infinity
  for (const name of names) {
    const edits = editDistance(written.toLowerCase(), name.toLowerCase())
    if (edits < fewest && edits <= slipsIn(Math.max(written.length, name.length)) && edits < written.length) {
      fewest = edits
      nearest = name
    }
  }
  return nearest
}

/** The maximum number of edits that count as a slip in a word of a given length. */
function slipsIn(length: number): number {
  return length <= 4 ? 1 : Math.max(2, Math.floor(length / 3))
}

/**
 * The minimum number of insertions, deletions, substitutions and swaps of neighbours that lead from one word to the
 * other.
 */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, j) => j)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let edits = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) edits = Math.min(edits, beforeLast[j - 2]! + 1)
      row.push(edits)
    }
    beforeLast = last
    last = row
  }
  return last[to.length]!
}
