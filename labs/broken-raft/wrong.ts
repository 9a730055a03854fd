/** Typical schedules that do not show what they should, and the points that each must lose. */
import type { WrongSchedule } from "../engine/lab.ts"
import { reference } from "./reference.ts"

const everything = ["log", "terms", "small"]

export const wrong: readonly WrongSchedule[] = [
  {
    mistake: "crashes servers for good, so that none is there to have forgotten anything",
    schedule: reference.replaceAll(/, for: \d+ms/g, ""),
    loses: everything,
  },
  {
    mistake: "cuts servers off, which makes none of them forget",
    schedule: reference.replaceAll("kind: crash", "kind: isolate"),
    loses: everything,
  },
  {
    mistake: "makes a traitor, which Raft does not claim to survive",
    schedule: reference.replace(
      "faults:\n",
      "faults:\n  - { kind: byzantine, target: { leader: true }, behaviour: lying, at: 250ms }\n",
    ),
    loses: everything,
  },
  {
    mistake: "crashes one server at a time, so that the others still know the term",
    schedule: reference.replaceAll("random: 2", "random: 1").replaceAll("leader: true", "random: 1"),
    loses: ["terms"],
  },
  {
    mistake: "reads only, so that there is nothing to be lost",
    schedule: reference.replace("reads: 20%", "reads: 100%"),
    loses: ["log"],
  },
  {
    mistake: "takes many more faults than are needed",
    schedule: reference.replace("warmup:", "  - { kind: crash, target: { random: 1 }, at: 600ms, for: 1ms }\nwarmup:"),
    loses: ["small"],
  },
]
