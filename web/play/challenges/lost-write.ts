/** Raft (Ongaro and Ousterhout 2014, section 5.2) depends on disks: what a majority has stored stays. */
import { defaultSetup } from "../model/setup.ts"
import type { Challenge } from "./challenge.ts"

export const lostWrite: Challenge = {
  name: "lost-write",
  title: "Lose an acknowledged write with 3 crashes",
  task: "Lose a write that was acknowledged to its client. You have three acts, each on one of Raft's five nodes.",
  hint: "A crash alone loses nothing: the log is on the disk. Which crashes take the disk along, and how many must?",
  setup: { ...defaultSetup("raft"), workload: { reads: "0%", rate: "4/s" } },
  allowed: { acts: ["crash", "restart", "wipe"], most: 3 },
  isMet: ({ sight }) => sight.soFar?.verdicts["acknowledged-writes-kept"]?.verdict === "violated",
  lesson:
    "Three nodes without their disks are a majority that knows of nothing, and may elect one of themselves. Two are " +
    "not. A disk that was lost is a member that was lost: it must not come back under the same name.",
}
