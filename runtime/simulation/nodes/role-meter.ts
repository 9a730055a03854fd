/**
 * Counts messages of roles, in addition to the counts by purpose: from the numbers sent per link, at no cost per
 * message.
 */
import type { Links } from "../../network/links.ts"
import type { RolePlace } from "../../process/parts.ts"

export class RoleMeter {
  readonly #places: readonly RolePlace[]
  readonly #links: Links
  #before: readonly number[]

  constructor(places: readonly RolePlace[], links: Links) {
    this.#places = places
    this.#links = links
    this.#before = places.map(() => 0)
  }

  /** Resets the counts. */
  reset(): void {
    this.#before = this.#places.map(place => this.#total(place))
  }

  /** Messages sent by or to the processes of each role. */
  get messages(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      this.#places.map((place, index) => [place.name, this.#total(place) - this.#before[index]!]),
    )
  }

  #total({ first, count }: RolePlace): number {
    return this.#links.messagesOf(first, count)
  }
}
