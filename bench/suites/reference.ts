/**
 * The reference loop: work like that of a simulation, but fixed, so that rates of different machines and times can be
 * compared as ratios to it. Each step makes a small object, keeps it for a while in a ring, and dispatches an old one.
 */
import type { Task } from "../task.ts"

interface Parcel {
  readonly kind: number
  readonly value: number
}

const STEPS = 1_000_000
const RING = 1_024

const HANDLERS: readonly ((sum: number, parcel: Parcel) => number)[] = [
  (sum, { value }) => (sum + value) | 0,
  (sum, { value }) => sum ^ value,
  (sum, { value }) => (sum - value) | 0,
  (sum, { value }) => Math.imul(sum, value | 1),
]

export const reference: Task = {
  name: "reference loop",
  unit: "steps",
  prepare: async () => () => {
    const ring: Parcel[] = Array.from({ length: RING }, (_, value) => ({ kind: 0, value }))
    let random = 0x9e3779b9
    let sum = 0
    for (let i = 0; i < STEPS; i++) {
      random ^= random << 13
      random ^= random >>> 17
      random ^= random << 5
      const place = random & (RING - 1)
      const parcel = ring[place]!
      sum = HANDLERS[parcel.kind]!(sum, parcel)
      ring[place] = { kind: (random >>> 10) & 3, value: random }
    }
    // The sum is read, so that the engine cannot eliminate steps.
    if (sum === 0.5) throw new Error("a sum of integers")
    return STEPS
  },
}
