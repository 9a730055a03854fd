/** Closed forms of Chandy and Lamport's snapshots, of n processes that all have channels to each other. */

/** Markers of a snapshot: one on each channel. */
export function markersOf(n: number): number {
  return n * (n - 1)
}

/** Messages by which the initiator learns that a snapshot is recorded, and tells the others. */
export function collectingMessagesOf(n: number): number {
  return 2 * (n - 1)
}

/** Messages that a snapshot finds in channels, on average: those that are sent in one delay. @param rate of all processes together */
export function recordedMessages(rate: number, delay: number): number {
  return rate * delay
}
