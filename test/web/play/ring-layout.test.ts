// The ring of the playground: names of messages that are readable.
import { expect, test } from "vitest"
import { type NamedPlace, SIZE, sidesOfNames } from "../../../web/play/view/ring-layout.ts"

const votes = (...points: readonly (readonly [number, number])[]): readonly NamedPlace[] =>
  points.map(([x, y]) => ({ at: { x, y }, name: "RequestVote" }))

test("of messages that leave a node together, one has its name on each side, and all have theirs once they are apart", () => {
  expect(sidesOfNames(votes([200, 90], [202, 92], [198, 94]), [])).toEqual(["right", undefined, "left"])
  expect(sidesOfNames(votes([200, 90], [260, 130], [140, 130]), [])).toEqual(["right", "right", "right"])
})

test("a name stands on the left where the picture ends on the right, and is no part of a picture that is too narrow", () => {
  expect(sidesOfNames(votes([SIZE - 20, 100]), [])).toEqual(["left"])
  expect(sidesOfNames([{ at: { x: 200, y: 100 }, name: "A".repeat(60) }], [])).toEqual([undefined])
})

test("a name covers no other message", () => {
  expect(sidesOfNames(votes([200, 90], [230, 90]), [])).toEqual(["left", "right"])
})

test("a name avoids the nodes", () => {
  expect(sidesOfNames(votes([160, 100]), [{ x: 200, y: 100 }])).toEqual(["left"])
  expect(sidesOfNames(votes([160, 140]), [{ x: 200, y: 100 }])).toEqual(["right"])
})
