/** Shares equal parts of the scenarios of neighbouring cells: one object, which saves memory and is serialized once. */
import { isDeepStrictEqual } from "node:util"

export class SharedParts {
  readonly #before = new Map<string, unknown>()

  /** The previous cell's part if it is equal, else the given one. @param of the owner and kind of the part */
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
