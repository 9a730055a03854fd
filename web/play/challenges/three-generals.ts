/** With three generals, one traitor suffices (Lamport, Shostak and Pease 1982, section 2). */
import { defaultSetup } from "../model/setup.ts"
import type { Challenge } from "./challenge.ts"

export const threeGenerals: Challenge = {
  name: "three-generals",
  title: "Divide three generals",
  task: "A loyal lieutenant is to decide otherwise than the loyal commander ordered, or two loyal ones differently. One of the three may be a traitor.",
  hint: "General 0 commands, and the lieutenants tell each other what he said. What can a lieutenant conclude who hears two different orders?",
  setup: { ...defaultSetup("oral-messages"), nodes: 3, parameters: { m: 1 }, workload: { proposal: "attack" } },
  allowed: { acts: ["traitor"], most: 1 },
  isMet: ({ sight }) => Object.values(sight.soFar?.verdicts ?? {}).some(({ verdict }) => verdict === "violated"),
  lesson:
    "A lieutenant who hears two different orders cannot tell who lies. Four generals can bear one traitor; with signatures, " +
    "three can, too: try signed messages.",
}
