/** Values that clients write: each contains the number of the operation that wrote it, so that all are unique. */

/** The value that an operation writes. @param number unique among the operations of the run */
export function valueOf(number: number): string {
  return `v${number}`
}

/** The number of the operation that wrote a value; after appends, that of the last one. The rest is padding. */
export function writeOf(value: string): number {
  return Number.parseInt(value.slice(value.lastIndexOf("v") + 1), 10)
}
