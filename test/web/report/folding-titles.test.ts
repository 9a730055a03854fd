// Titles below panels take more lines where a page makes the panels narrower than the picture.
import { expect, test } from "vitest"
import { foldingTitles } from "../../../web/report/folding-titles.ts"

const axes = (title: unknown) => [
  { scale: "x", orient: "bottom", title },
  { scale: "y", orient: "left", title: "Share of operations that took longer" },
]
const spec = (title: unknown, signal: string) => ({
  signals: [{ name: signal, value: 230 }],
  marks: [{ type: "group" as const, axes: axes(title) }],
})

/** The title of the first axis of the first group. */
function folded(title: unknown): unknown {
  const { marks } = foldingTitles(spec(title, "child_width") as never, 130)
  return (marks as ReturnType<typeof spec>["marks"])[0]!.axes
}

test("a title is folded where its panel is too narrow for its longest line, and else as it was", () => {
  expect(folded(["Mean time between failures of a node", "(s)"])).toEqual([
    {
      scale: "x",
      orient: "bottom",
      title: {
        signal:
          'child_width < 216 ? ["Mean time between","failures of a node","(s)"] : ["Mean time between failures of a node","(s)"]',
      },
    },
    axes("")[1],
  ])
  expect(folded("Nodes")).toMatchObject([{ title: { signal: 'child_width < 30 ? ["Nodes"] : ["Nodes"]' } }, {}])
})

test("axes without a title, and charts of a single panel, stay as they are", () => {
  expect(folded(null)).toEqual(axes(null))
  const single = spec("Mean time between failures of a node", "width") as never
  expect(foldingTitles(single, 130)).toBe(single)
})
