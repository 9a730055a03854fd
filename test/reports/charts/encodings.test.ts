import { expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { encodings, THEORY_DASH } from "../../../reports/charts/encodings.ts"

const VARIANTS = ["raft", "multi-paxos"].map(name => ({
  key: name,
  label: name,
  algorithm: name,
  service: "replicated-log",
  parameters: {},
}))

/** The dashes that a printed legend shows, by name. */
function dashesOf(isOfLines: boolean) {
  const { dash } = encodings(VARIANTS, registry, { hasTheory: true, isForPrint: true, isOfLines })
  if (!("scale" in dash)) throw new Error("there is no scale of dashes")
  const { domain, range } = dash.scale
  return Object.fromEntries(domain.map((name, place) => [name, range[place]]))
}

test("a printed legend of lines shows theory as it is drawn, unlike any algorithm", () => {
  const { Theory, ...others } = dashesOf(true)
  expect(Theory).toEqual(THEORY_DASH)
  expect(Object.values(others)).not.toContainEqual(Theory)
})

test("one of shapes has a sign for theory, which must not be dashed once more", () => {
  expect(dashesOf(false)["Theory"]).toEqual([1, 0])
})
