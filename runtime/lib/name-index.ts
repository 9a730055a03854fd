/** Maps names to indices. */
export class NameIndex {
  readonly #names: readonly string[]
  /** The last name looked up, and its index: it is usually looked up again. */
  #last: string | undefined
  #lastIndex = -1

  constructor(names: readonly string[]) {
    this.#names = names
  }

  /** The index of a name, or -1. Names are usually literals, so this compares pointers. */
  of(name: string): number {
    if (name === this.#last) return this.#lastIndex
    this.#last = name
    // A loop instead of `indexOf`: the list is short, and this saves a call.
    let index = this.#names.length - 1
    while (index >= 0 && this.#names[index] !== name) index--
    return (this.#lastIndex = index)
  }
}
