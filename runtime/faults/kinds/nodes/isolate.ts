/** Cuts all links of the target nodes, or only those towards or away from them, except links to clients. */
import { optional, word } from "../../../contract/settings.ts"
import { faultKind } from "../../kind.ts"
import { cut, linksWhere } from "../../links.ts"
import { DIRECTIONS } from "../../target.ts"
import { nodesInWords } from "../../words.ts"

export const isolate = faultKind({
  kind: "isolate",
  name: "isolation",
  doc: "All links to the other nodes are cut, or only those `in` or `out`. Clients still reach the node.",
  target: "nodes",
  settings: { direction: optional(word(DIRECTIONS, "the links that are cut; default: both ways")) },
  counted: {
    name: "isolated",
    title: "Isolated nodes",
    one: "isolated node",
    many: "isolated nodes",
    question: "more nodes are cut off",
  },
  breaks: "links",
  cutsLinks: true,
  strike: (run, { direction }, nodes) => {
    if (nodes.length === 0) return undefined
    const links = linksWhere(
      run.nodes.length,
      (from, to) => (direction !== "in" && nodes.includes(from)) || (direction !== "out" && nodes.includes(to)),
    )
    const names = nodesInWords(run, nodes)
    const way = direction === undefined ? "" : ` (${direction === "in" ? "hears nothing" : "is not heard"})`
    return cut(run, links, nodes, `isolation of ${names}${way}`, `${names} reconnected`)
  },
})
