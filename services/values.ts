/** Values that clients write: each tells which operation wrote it, so that no two write the same. */

/** The value that an operation writes. @param number no other operation of the run has the same */
export function valueOf(number: number): string {
  return `v${number}`
}

/** The number of the operation that wrote a value; of the last one, where it was appended to. What follows it is padding. */
export function writeOf(value: string): number {
  return Number.parseInt(value.slice(value.lastIndexOf("v") + 1), 10)
}
