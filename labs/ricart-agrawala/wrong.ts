/** Typical mistakes in Ricart and Agrawala's algorithm, and the points that each must lose. */
import type { WrongSolution } from "../engine/lab.ts"

const file = "algorithms/ricart-agrawala/ricart-agrawala.ts"
const answer = "if (!goesBefore(node, sequenceNumber, from)) return"

export const wrong: readonly WrongSolution[] = [
  {
    mistake: "waits for replies even if there is nobody to send one",
    edits: [{ file, from: "  if (asked.length === 0) enterCriticalSection(node)\n", to: "" }],
    loses: ["enter"],
  },
  {
    mistake: "replies while it is in the critical section itself",
    edits: [{ file, from: answer, to: answer.replace("if (", "if (state.inCriticalSection || ") }],
    loses: ["exclusion"],
  },
  {
    mistake: "enters when all but one have replied",
    edits: [
      {
        file,
        from: "if (state.outstandingReplyCount === 0) enter",
        to: "if (isWaiting(state) && state.outstandingReplyCount <= (node.size > 2 ? 1 : 0)) enter",
      },
      {
        file,
        from: "function enterCriticalSection(",
        to: "const isWaiting = (s: State) => s.requestingCriticalSection && !s.inCriticalSection\n\nfunction enterCriticalSection(",
      },
    ],
    loses: ["exclusion", "order"],
  },
  {
    mistake: "lets the higher id go first among equal numbers",
    edits: [{ file, from: "return id < from", to: "return id > from" }],
    loses: ["order"],
  },
  {
    mistake: "numbers its requests without regard to those of others",
    edits: [{ file, from: "Math.max(state.highestSequenceNumber, sequenceNumber)", to: "state.highestSequenceNumber" }],
    loses: ["exclusion", "order"],
  },
  {
    mistake: "defers its reply whenever it wants in itself, so that two wait for each other",
    edits: [{ file, from: answer, to: "if (!state.requestingCriticalSection) return" }],
    loses: ["progress"],
  },
  {
    mistake: "forgets those that wait when it leaves",
    edits: [{ file, from: "if (sequenceNumber === 0) continue", to: "if (sequenceNumber >= 0) continue" }],
    loses: ["progress"],
  },
  {
    mistake: "takes the second copy of an old reply for one to its present request",
    edits: [{ file, from: "sequenceNumber !== state.ourSequenceNumber || !state", to: "!state" }],
    loses: ["exclusion"],
  },
  {
    mistake: "asks every node twice, to be on the safe side",
    edits: [
      {
        file,
        from: "node.broadcast(message)\n",
        to: "for (const _ of [1, 2]) node.broadcast(message)\n",
      },
    ],
    loses: ["cost"],
  },
  {
    mistake: "replies once more to everybody when it leaves",
    edits: [
      {
        file,
        from: "    if (sequenceNumber === 0) continue\n    state.replyDeferred[peer] = 0\n",
        to: "    state.replyDeferred[peer] = 0\n",
      },
    ],
    loses: ["cost"],
  },
]
