/** Links are down: nothing arrives over them, not even messages in flight. */
import { faultKind } from "../../kind.ts"
import { allLinks, cut as cutLinks, linksInWords, linksOf } from "../../links.ts"

export const cut = faultKind({
  kind: "cut",
  name: "cut links",
  doc: "Links are down.",
  target: "links",
  settings: {},
  breaks: "links",
  cutsLinks: true,
  reachesClients: true,
  failsByLink: true,
  strike: (run, fault, targets) => {
    if (fault.target !== undefined && targets.length === 0) return undefined
    const links = linksOf(run, fault, targets) ?? allLinks(run.nodes.length)
    const names = linksInWords(run, fault, targets)
    return cutLinks(run, links, targets, `${names} cut`, `${names} mended`)
  },
})
