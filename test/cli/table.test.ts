// Tables and paragraphs for the terminal.
import { expect, test } from "vitest"
import { fold, foldIndented, table } from "../../cli/terminal/table.ts"

test("columns are aligned, two spaces apart", () => {
  const rows = [
    ["raft", "a log"],
    ["multi-paxos", "another"],
  ]
  expect(table(["name", "idea"], rows, 80)).toBe(
    ["name         idea", "----         ----", "raft         a log", "multi-paxos  another", ""].join("\n"),
  )
})

test("the last column is folded under itself", () => {
  const text = table(["name", "idea"], [["raft", "one two three four five six seven"]], 30)
  expect(text.split("\n").slice(2)).toEqual(["raft  one two three four five", "      six seven", ""])
})

test("text is folded between words; a word longer than the line stays whole", () => {
  expect(fold("to be or not", 5)).toEqual(["to be", "or", "not"])
  expect(fold("incomprehensibilities here", 5)).toEqual(["incomprehensibilities", "here"])
  expect(fold("about 5 %", 8)).toEqual(["about", "5 %"])
  expect(fold("", 5)).toEqual([""])
})

test("lines that are indented go on two characters further in", () => {
  expect(foldIndented("  to be or not", 9)).toEqual(["  to be", "    or", "    not"])
  expect(foldIndented("to be or not", 80)).toEqual(["to be or not"])
})
