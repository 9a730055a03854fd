/** Bully (Garcia-Molina 1982) assumes that a node which does not answer is down; behind a partition that is false. */
import { leadersOf } from "../model/notices.ts"
import { defaultSetup } from "../model/setup.ts"
import type { Challenge } from "./challenge.ts"

export const twoCoordinators: Challenge = {
  name: "two-coordinators",
  title: "Make bully elect two",
  task: "Make two nodes believe at the same time that they are the coordinator. You have two acts.",
  hint: "A node that hears nothing of the coordinator assumes that it is dead. It need not be.",
  setup: defaultSetup("bully"),
  allowed: { acts: ["crash", "restart", "cut", "partition", "pause", "resume"], most: 2 },
  isMet: ({ sight }) => leadersOf(sight.nodes).length >= 2,
  lesson:
    "Bully needs a synchronous network: whoever does not answer in time is down. Each side of a partition elects its " +
    "highest node. Algorithms that need a majority, as Raft does, cannot do that.",
}
