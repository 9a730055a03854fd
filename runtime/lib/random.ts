/**
 * Randomness: small integer generators with mixed seeds, split into independent streams.
 *
 * Every consumer (each node, each link, the faults, the workload) draws from its own stream, so that an extra draw of
 * one never shifts those of another. All arithmetic is on 32-bit integers: bit-identical on every machine.
 */

/** A bijective 32-bit mixer: neighbouring inputs give unrelated outputs. */
export function mix(value: number): number {
  let h = value | 0
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return (h ^ (h >>> 15)) >>> 0
}

/** The golden ratio in 32 bits: the stride of counters before mixing. */
export const GOLDEN = 0x9e3779b9

/** The purposes of streams. A stream is named by its purpose and an index within it (a node, a client). */
export const PURPOSES = ["network", "loss", "faults", "workload", "node", "clock", "signatures"] as const
export type StreamPurpose = (typeof PURPOSES)[number]

/** The 32-bit key of a stream, from the run's seed, the purpose and an index. */
export function streamKey(seed: number, purpose: StreamPurpose, index = 0): number {
  const high = Math.floor(seed / 0x1_0000_0000)
  let key = mix(seed ^ mix(high + 1))
  key = mix(key ^ Math.imul(PURPOSES.indexOf(purpose) + 1, GOLDEN))
  return mix(key ^ Math.imul(index + 1, 0x85ebca6b))
}

/** A stream of random numbers: Doty-Humphrey's sfc32. */
export class Random {
  // Signed integers from the beginning: engines store those unboxed.
  #a = 0
  #b = 0
  #c = 0
  #counter = 1

  constructor(key: number) {
    this.#a = mix(key) | 0
    this.#b = mix(key + GOLDEN) | 0
    this.#c = mix(key + 2 * GOLDEN) | 0
    for (let i = 0; i < 12; i++) this.next()
  }

  /** The stream of one purpose in a run. */
  static stream(seed: number, purpose: StreamPurpose, index = 0): Random {
    return new Random(streamKey(seed, purpose, index))
  }

  /** The next 32 random bits, as an integer from 0 to 2^32 - 1. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** A number from 0 (included) to 1 (excluded). */
  share(): number {
    return this.next() / 0x1_0000_0000
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.share() * (high - low + 1))
  }

  /** True with probability `probability`. */
  chance(probability: number): boolean {
    return probability > 0 && this.share() < probability
  }

  /** `count` different numbers out of 0..size-1, in random order. */
  choose(count: number, size: number): number[] {
    const pool = Array.from({ length: size }, (_, i) => i)
    for (let i = 0; i < Math.min(count, size); i++) {
      const j = this.integer(i, size - 1)
      const drawn = pool[j]!
      pool[j] = pool[i]!
      pool[i] = drawn
    }
    return pool.slice(0, count)
  }
}

/** Draws one of several values, each as often as it is named. */
export function pick<T>(random: Random, ...values: readonly T[]): T {
  return values[random.integer(0, values.length - 1)]!
}
