/** Views of data that handlers may read but not change in place: their disk, its logs, and their parameters. */

/** Called with the rule that was about to be broken; throws. */
type Refuse = (rule: string) => void

/**
 * A live view of an object: it refuses changes, whoever holds it, and shows every change of the object itself.
 *
 * @param inner the view of each part
 */
export function readOnly(object: object, refuse: () => void, inner: (part: unknown) => unknown = part => part): object {
  const no = (): boolean => {
    refuse()
    return false
  }
  return new Proxy(object, {
    get: (target, key) => inner(Reflect.get(target, key)),
    set: no,
    defineProperty: no,
    deleteProperty: no,
  })
}

/** Views of the disk of one node: of its registers, and of its logs, which are written in place by the host. */
export class DiskView {
  readonly #refuse: () => void
  readonly #views = new WeakMap<object, object>()

  constructor(refuse: Refuse) {
    this.#refuse = () =>
      refuse("writes to node.disk in place; it writes through node.save, append, truncate and discard")
  }

  of(contents: object): object {
    return this.#viewOf(contents, part => (Array.isArray(part) ? this.#viewOf(part) : part))
  }

  #viewOf(object: object, inner?: (part: unknown) => unknown): object {
    const view = this.#views.get(object) ?? readOnly(object, this.#refuse, inner)
    this.#views.set(object, view)
    return view
  }
}
