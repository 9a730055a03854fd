/** Numbers with the noun that they count: `1 cell`, `12 cells`. */

/** @param write formats the number */
export function counted(count: number, what: string, write: (count: number) => string = String): string {
  return `${write(count)} ${what}${count === 1 ? "" : "s"}`
}
