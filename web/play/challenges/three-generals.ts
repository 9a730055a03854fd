/** With three generals, one traitor suffices (Lamport, Shostak and Pease 1982, section 2). */
import { defaultSetup } from "../model/setup.ts"
import type { Challenge } from "./challenge.ts"

export const threeGenerals: Challenge = {
  name: "three-generals",
  title: "Divide three generals",
  task: "Make a loyal lieutenant decide otherwise than a loyal commander ordered, or two loyal lieutenants differently. You may make one of the three generals a traitor.",
  hint: "Node 0 commands, and the lieutenants tell each other what it said. What can a lieutenant conclude that hears two different orders?",
  setup: { ...defaultSetup("oral-messages"), nodes: 3, parameters: { m: 1 }, workload: { proposal: "attack" } },
  allowed: { acts: ["traitor"], most: 1 },
  isMet: ({ sight }) => Object.values(sight.soFar?.verdicts ?? {}).some(({ verdict }) => verdict === "violated"),
  lesson:
    "A lieutenant that hears two different orders cannot tell who lies. Four generals withstand one traitor; with signatures, " +
    "three can, too: try signed messages.",
}
