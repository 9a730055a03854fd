/** Parts of scenarios that neighbouring cells share: equal ones are one object, which takes less memory and is written once. */
import { isDeepStrictEqual } from "node:util"

export class SharedParts {
  readonly #before = new Map<string, unknown>()

  /** The part of the cell before if it is equal, else the one given. @param of whose part it is, and of which kind */
  same<Part>(of: string, part: Part): Part {
    const before = this.#before.get(of)
    if (isEqual(before, part)) return before
    this.#before.set(of, part)
    return part
  }
}

function isEqual<Part>(before: unknown, part: Part): before is Part {
  return isDeepStrictEqual(before, part)
}
