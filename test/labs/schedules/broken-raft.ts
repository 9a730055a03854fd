/** Schedules for a Raft that forgets which lack one thing that it takes, or break one condition of the hand-out. */
import type { WrongSchedule } from "../../../labs/engine/lab.ts"
import { reference } from "../../../labs/broken-raft/reference.ts"

const everything = ["log", "terms", "small"]
const others = / {2}- \{ kind: crash, target: \{ random: 2 \}.*\n/g
const leaders = / {2}- \{ kind: crash, target: \{ leader: true \}.*\n/g

export const schedules: readonly WrongSchedule[] = [
  {
    mistake: "no fault at all",
    schedule: reference.replaceAll(others, "").replaceAll(leaders, "").replace("faults:\n", "faults: []\n"),
    loses: everything,
  },
  { mistake: "servers that do not return", schedule: reference.replaceAll(/, for: \d+ms/g, ""), loses: everything },
  {
    mistake: "pauses, in which servers forget nothing",
    schedule: reference.replaceAll("kind: crash", "kind: pause"),
    loses: everything,
  },
  {
    mistake: "isolations, in which servers forget nothing",
    schedule: reference.replaceAll("kind: crash", "kind: isolate"),
    loses: everything,
  },
  {
    mistake: "disks that are lost, which Raft does not claim to survive",
    schedule: reference.replaceAll("kind: crash", "kind: amnesia"),
    loses: everything,
  },
  {
    mistake: "a traitor, which Raft does not claim to survive",
    schedule: reference.replace(
      "faults:\n",
      "faults:\n  - { kind: byzantine, target: { leader: true }, behaviour: lying, at: 250ms }\n",
    ),
    loses: everything,
  },
  {
    mistake: "crashes of leaders only: those that remember are a majority",
    schedule: reference.replaceAll(others, ""),
    loses: everything,
  },
  {
    mistake: "crashes of followers only, so that a leader is there to remind them",
    schedule: reference.replaceAll(leaders, "").replaceAll("random: 2", "random: 1"),
    loses: ["terms"],
  },
  {
    mistake: "one server at a time",
    schedule: reference.replaceAll("random: 2", "random: 1").replaceAll("leader: true", "random: 1"),
    loses: ["terms"],
  },
  { mistake: "reads only", schedule: reference.replace("reads: 20%", "reads: 100%"), loses: ["log"] },
  { mistake: "no clients", schedule: reference.replace("rate: 200/s", "rate: 0/s"), loses: ["log", "small"] },
  {
    mistake: "clients that come when all is over",
    schedule: reference.replace("warmup: 200ms", "warmup: 790ms"),
    loses: ["log"],
  },
  {
    mistake: "more faults than it takes",
    schedule: reference.replace("warmup:", "  - { kind: crash, target: { random: 1 }, at: 600ms, for: 1ms }\nwarmup:"),
    loses: ["small"],
  },
  { mistake: "more servers than it takes", schedule: reference.replace("nodes: 3", "nodes: 6"), loses: everything },
  {
    mistake: "more time than it takes",
    schedule: reference.replace("duration: 800ms", "duration: 5001ms").replace("rate: 200/s", "rate: 50/s"),
    loses: ["small"],
  },
]
