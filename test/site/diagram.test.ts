// The diagrams of the site: every kind of message has its name, and no two names cover each other.
import { expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import { diagramOf } from "../../site/diagram.ts"

/** Letters of the diagrams are 11 units high, and on average this wide in a wide font. */
const LETTER = 6.4

interface Label {
  readonly x: number
  readonly y: number
  readonly text: string
}

function labelsIn(svg: string): readonly Label[] {
  return [...svg.matchAll(/<text class="text halo" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)</g)].map(
    ([, x, y, text = ""]) => ({ x: Number(x), y: Number(y), text }),
  )
}

const isOver = (one: Label, other: Label): boolean =>
  Math.abs(one.x - other.x) < ((one.text.length + other.text.length) * LETTER) / 2 && Math.abs(one.y - other.y) < 11

test.each([
  ["raft", ["AppendEntries", "AppendEntriesReply", "Command", "Result"]],
  ["bully", ["Answer", "Coordinator", "Elect", "Election"]],
  ["chandy-lamport", ["Application", "Complete", "Marker", "Recorded"]],
  ["sharded-groups", ["Command", "Result", "log/AppendEntries", "log/AppendEntriesReply"]],
] as const)("%s", (name, types) => {
  const labels = labelsIn(diagramOf(algorithms[name]!) ?? "")
  expect([...new Set(labels.map(({ text }) => text))].toSorted()).toEqual([...types])
  const covered = labels.filter((one, place) => labels.slice(0, place).some(other => isOver(one, other)))
  expect(covered).toEqual([])
})
