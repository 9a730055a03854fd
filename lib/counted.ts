/** Numbers with the word that they count: `1 cell`, `12 cells`. */

/** @param write how the number is written */
export function counted(count: number, what: string, write: (count: number) => string = String): string {
  return `${write(count)} ${what}${count === 1 ? "" : "s"}`
}
