/**
 * Width of a text on a terminal, in columns: replaces the package `string-width` in the built CLI.
 *
 * That package loads Unicode's tables for emoji and wide letters, which takes longer (40 ms) than the rest of `quorate
 * --help`. Our texts contain neither.
 */
const COLOURS = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, "g")

export default function stringWidth(text: string): number {
  return text.replaceAll(COLOURS, "").length
}
