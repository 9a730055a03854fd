/** Typical schedules that do not show what they should, and the points that each must lose. */
import type { WrongSchedule } from "../engine/lab.ts"
import { reference } from "./reference.ts"

const everything = ["proposer", "acceptor", "small"]

export const wrong: readonly WrongSchedule[] = [
  {
    mistake: "makes a traitor, which Multi-Paxos does not claim to survive",
    schedule: reference.replace(
      "faults:\n",
      "faults:\n  - { kind: byzantine, target: { leader: true }, behaviour: lying, at: 250ms }\n",
    ),
    loses: everything,
  },
  {
    mistake: "cuts nodes off, which makes no acceptor forget",
    schedule: reference.replaceAll("kind: crash", "kind: isolate"),
    loses: ["acceptor"],
  },
  {
    mistake: "crashes nobody but leaders, one at a time: those that are left know all that was chosen",
    schedule: reference.replaceAll(/ {2}- \{ kind: crash, target: \{ random: 2 \}.*\n/g, ""),
    loses: everything,
  },
  {
    mistake: "reads only, so that there is nothing to be lost",
    schedule: reference.replace("reads: 20%", "reads: 100%"),
    loses: ["acceptor"],
  },
  {
    mistake: "takes many more faults than are needed",
    schedule: reference.replace("warmup:", "  - { kind: crash, target: { random: 1 }, at: 900ms, for: 1ms }\nwarmup:"),
    loses: ["small"],
  },
]
