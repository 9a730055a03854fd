/** Schedules for a Multi-Paxos that chooses twice which lack one thing that it takes, or break a condition of the hand-out. */
import type { WrongSchedule } from "../../../labs/engine/lab.ts"
import { reference } from "../../../labs/broken-paxos/reference.ts"

const everything = ["proposer", "acceptor", "small"]
const others = / {2}- \{ kind: crash, target: \{ random: 2 \}.*\n/g
const leaders = / {2}- \{ kind: crash, target: \{ leader: true \}.*\n/g

export const schedules: readonly WrongSchedule[] = [
  {
    mistake: "no fault at all",
    schedule: reference.replaceAll(others, "").replaceAll(leaders, "").replace("faults:\n", "faults: []\n"),
    loses: everything,
  },
  {
    mistake: "nodes that do not return",
    schedule: reference.replaceAll(/, for: \d+ms/g, ""),
    loses: everything,
  },
  {
    mistake: "pauses, after which all go on with what they know",
    schedule: reference.replaceAll("kind: crash", "kind: pause"),
    loses: everything,
  },
  {
    mistake: "isolations, in which no acceptor forgets",
    schedule: reference.replaceAll("kind: crash", "kind: isolate"),
    loses: ["acceptor"],
  },
  {
    mistake: "disks that are lost, which Multi-Paxos does not claim to survive",
    schedule: reference.replaceAll("kind: crash", "kind: amnesia"),
    loses: everything,
  },
  {
    mistake: "a traitor, which Multi-Paxos does not claim to survive",
    schedule: reference.replace(
      "faults:\n",
      "faults:\n  - { kind: byzantine, target: { leader: true }, behaviour: lying, at: 250ms }\n",
    ),
    loses: everything,
  },
  {
    mistake: "crashes of leaders only: those that are left know all that was chosen",
    schedule: reference.replaceAll(others, ""),
    loses: everything,
  },
  {
    mistake: "crashes of acceptors only, so that the first leader lives",
    schedule: reference.replaceAll(leaders, "").replaceAll("random: 2", "random: 1"),
    loses: everything,
  },
  {
    mistake: "leaders only, each for a moment: no other acceptor forgets",
    schedule: reference.replaceAll(leaders, "").replaceAll("random: 2", "leader: true"),
    loses: ["acceptor"],
  },
  {
    mistake: "one node alone, whose leader nobody replaces",
    schedule: reference.replace("nodes: 3", "nodes: 1").replaceAll("random: 2", "random: 1"),
    loses: ["proposer", "small"],
  },
  { mistake: "reads only", schedule: reference.replace("reads: 20%", "reads: 100%"), loses: ["acceptor"] },
  { mistake: "no clients", schedule: reference.replace("rate: 500/s", "rate: 0/s"), loses: everything },
  {
    mistake: "clients that come when all is over",
    schedule: reference.replace("warmup: 200ms", "warmup: 1190ms"),
    loses: everything,
  },
  {
    mistake: "more faults than it takes",
    schedule: reference.replace("warmup:", "  - { kind: crash, target: { random: 1 }, at: 900ms, for: 1ms }\nwarmup:"),
    loses: ["small"],
  },
  { mistake: "more nodes than it takes", schedule: reference.replace("nodes: 3", "nodes: 6"), loses: everything },
  {
    mistake: "more time than it takes",
    schedule: reference.replace("duration: 1200ms", "duration: 5001ms").replace("rate: 500/s", "rate: 300/s"),
    loses: ["small"],
  },
]
