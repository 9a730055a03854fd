/**
 * The content of a message as one number for fingerprints: equal for equal messages.
 *
 * The numbers (to the integer) and booleans at the top of a message count; null is 0. Texts, lists and records do not:
 * their sizes are measured anyway. So it is two instructions a field, in code that names the fields, as in
 * `compiled-size.ts`: what more costs, every message of every run would pay for.
 */
import { mix } from "../lib/random.ts"

/** The number of a message. */
export type Said = (message: object) => number

/** The code made so far. Any number of runs can share it: a number hangs on the message and on the names only. */
export class SaidCodes {
  readonly #codes = new Map<string, Said>()

  /** Distinguishes messages of the form of `first` by those fields that hold numbers, booleans or null in it. */
  of(first: object): Said {
    const fields = first as Readonly<Record<string, unknown>>
    // One text for each form: every run asks once for each type of message, so lists are made for new forms only.
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

function compiled(names: readonly string[]): Said {
  const terms = names.map(name => {
    return `Math.imul(message[${JSON.stringify(name)}], ${saltOf(name)})`
  })
  try {
    // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-type-assertion -- made of quoted names
    return new Function(`return message => (${["0", ...terms].join(" + ")}) | 0`)() as Said
  } catch {
    // Where code may not be made from strings.
    return message => walked(message, names)
  }
}

/** The same number without code of its own. */
export function walked(message: object, names: readonly string[]): number {
  const fields = message as Readonly<Record<string, number | null>>
  return names.reduce((sum, name) => sum + Math.imul(fields[name] ?? 0, saltOf(name)), 0) | 0
}

/** Distinguishes a field from the others: the sum of all does not depend on their order. */
function saltOf(name: string): number {
  let salt = 0
  for (let place = 0; place < name.length; place++) salt = mix(salt ^ name.charCodeAt(place))
  return salt | 1
}
