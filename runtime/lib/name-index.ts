/** Names that are known by their index. */
export class NameIndex {
  readonly #names: readonly string[]
  /** The name asked for last, and its index: mostly it is asked for again. */
  #last: string | undefined
  #lastIndex = -1

  constructor(names: readonly string[]) {
    this.#names = names
  }

  /** The index of a name, or -1. Names are usually literals, so this compares pointers. */
  of(name: string): number {
    if (name === this.#last) return this.#lastIndex
    this.#last = name
    // The list is short, and a search of it by a method is a call.
    let index = this.#names.length - 1
    while (index >= 0 && this.#names[index] !== name) index--
    return (this.#lastIndex = index)
  }
}
