/** The target nodes become traitors, and remain so; `../../byzantine.ts` describes their behaviour. */
import type { Setting } from "../../../contract/settings.ts"
import type { Behaviour } from "../../byzantine.ts"
import { faultKind } from "../../kind.ts"
import { nodesInWords } from "../../words.ts"

const behaviour: Setting<Behaviour> = { kind: "behaviour", doc: "what they do with their messages" }

export const byzantine = faultKind({
  kind: "byzantine",
  name: "Byzantine behaviour",
  doc: "The node becomes a traitor for good: `silent`, `lying`, `equivocating`, `colluding` or `random`, or what it says, [below](#what-traitors-say).",
  target: "nodes",
  settings: { behaviour },
  ends: "never",
  counted: {
    name: "traitors",
    title: "Traitors",
    one: "traitor",
    many: "traitors",
    question: "more nodes turn traitor",
  },
  breaks: "loyalty",
  strike: (run, fault, targets) => {
    if (targets.length === 0) return undefined
    for (const id of targets) run.corruptNode(id, fault.behaviour)
    const how = typeof fault.behaviour === "string" ? fault.behaviour : "scripted"
    return { begun: `${nodesInWords(run, targets)} turned traitor (${how})`, nodes: targets }
  },
})
