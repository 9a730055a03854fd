/** Consecutive outages, in a few bytes each: runs of days may have a million of them. */
import type { Outage } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"

/** Values of the lower seven bits of a byte; the eighth says that more follow. */
const BASE = 128

/**
 * Stores each outage as two integers, the time since the one before and its length, in bytes of seven bits: about five
 * bytes.
 */
export class OutageLog {
  #bytes = new Uint8Array(64)
  #length = 0
  #count = 0
  #lastEnd: Micros = 0
  /** Causes by number of the outage; most have none. */
  readonly #causes = new Map<number, string>()

  /** @param outage one that begins when the last one ends, or later */
  add({ start, end, cause }: Outage): void {
    this.#write(start - this.#lastEnd)
    this.#write(end - start)
    if (cause !== "") this.#causes.set(this.#count, cause)
    this.#count++
    this.#lastEnd = end
  }

  all(): readonly Outage[] {
    let [place, time] = [0, 0]
    const read = (): Micros => {
      let [number, weight, byte] = [0, 1, BASE]
      for (; byte >= BASE; weight *= BASE) {
        byte = this.#bytes[place++]!
        number += (byte % BASE) * weight
      }
      return (time += number)
    }
    return Array.from({ length: this.#count }, (_, number) => {
      const [start, end] = [read(), read()]
      return { start, end, cause: this.#causes.get(number) ?? "" }
    })
  }

  #write(number: Micros): void {
    if (!Number.isSafeInteger(number) || number < 0) throw new Error(`${number} us is no span of time`)
    let rest = number
    for (; rest >= BASE; rest = Math.floor(rest / BASE)) this.#append(BASE + (rest % BASE))
    this.#append(rest)
  }

  #append(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes[this.#length++] = byte
  }
}
