/**
 * Width of a text on a terminal, in columns: takes the place of the package `string-width` in the built CLI.
 *
 * That package loads Unicode's tables for emoji and wide letters, which takes longer (40 ms) than all the rest of
 * `quorate --help`. Our texts have neither.
 */
const COLOURS = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, "g")

export default function stringWidth(text: string): number {
  return text.replaceAll(COLOURS, "").length
}
