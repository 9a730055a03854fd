/**
 * A hash of the content of a message, for the digest of a run: equal for equal messages.
 *
 * It covers the numbers (to the integer), booleans and nulls at the top level of a message. Strings, lists and records
 * are left out, since the digest includes their sizes. So it takes only two instructions per field, in code that names
 * the fields, as in `compiled-size.ts`: every message of every run pays for it.
 */
import { mix } from "../lib/random.ts"

/** The hash of a message. */
export type ContentHash = (message: object) => number

/**
 * The functions compiled so far. Runs can share them: a hash depends only on the message and the names of its fields.
 */
export class ContentHashes {
  readonly #codes = new Map<string, ContentHash>()

  /**
   * The hash function of messages with the form of `first`, over the fields that hold numbers, booleans or null in
   * `first`.
   */
  of(first: object): ContentHash {
    const fields = first as Readonly<Record<string, unknown>>
    // One key for each form. Every run asks once per type of message, so lists are built only for new forms.
    let key = ""
    for (const name of Object.keys(first)) if (isScalar(fields[name])) key += `${name}\n`
    let code = this.#codes.get(key)
    if (code === undefined) {
      code = compiled(Object.keys(first).filter(name => isScalar(fields[name])))
      this.#codes.set(key, code)
    }
    return code
  }
}

function isScalar(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean" || value === null
}

function compiled(names: readonly string[]): ContentHash {
  const terms = names.map(name => {
    return `Math.imul(message[${JSON.stringify(name)}], ${saltOf(name)})`
  })
  try {
    // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-type-assertion -- made of quoted names
    return new Function(`return message => (${["0", ...terms].join(" + ")}) | 0`)() as ContentHash
  } catch {
    // For environments that forbid generating code from strings.
    return message => walked(message, names)
  }
}

/** The same hash without compiled code. */
export function walked(message: object, names: readonly string[]): number {
  const fields = message as Readonly<Record<string, number | null>>
  return names.reduce((sum, name) => sum + Math.imul(fields[name] ?? 0, saltOf(name)), 0) | 0
}

/** Distinguishes a field from the others: the sum over all fields does not depend on their order. */
function saltOf(name: string): number {
  let salt = 0
  for (let place = 0; place < name.length; place++) salt = mix(salt ^ name.charCodeAt(place))
  return salt | 1
}
