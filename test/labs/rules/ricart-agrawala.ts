/** Ricart and Agrawala 1981: the lines of the paper's listing (§2), and the rules of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const asks =
  'for (const j of node.peers) node.send(j, { type: "Request", sequenceNumber, which: state.which[node.id]! })'
const defers =
  "state.requestingCriticalSection &&\n        (k > state.ourSequenceNumber || (k === state.ourSequenceNumber && j > node.id))"
const nextNumber = "state.ourSequenceNumber = state.highestSequenceNumber + 1"
const highest = "      state.highestSequenceNumber = Math.max(state.highestSequenceNumber, k)\n"

export const rules: readonly BrokenRule[] = [
  {
    rule: "a Request goes to all other nodes",
    mistake: "does not ask the last one",
    edits: [
      [asks, asks.replace("node.peers)", "node.peers.slice(0, -1))")],
      ["state.outstandingReplyCount = node.size - 1", "state.outstandingReplyCount = Math.max(0, node.size - 2)"],
    ],
    loses: ["exclusion", "order", "cost"],
  },
  {
    rule: "WAITFOR (Outstanding_Reply_Count = 0)",
    mistake: "enters when all but one have replied",
    edits: [
      [
        "state.outstandingReplyCount = node.size - 1",
        "state.outstandingReplyCount = node.size - (node.size > 2 ? 2 : 1)",
      ],
    ],
    loses: ["exclusion", "order"],
  },
  {
    rule: "WAITFOR (Outstanding_Reply_Count = 0)",
    mistake: "enters when a majority has replied",
    edits: [["state.outstandingReplyCount = node.size - 1", "state.outstandingReplyCount = node.size >> 1"]],
    loses: ["exclusion", "order"],
  },
  {
    rule: "WAITFOR (Outstanding_Reply_Count = 0)",
    mistake: "enters at once, and asks afterwards",
    edits: [
      [
        "      if (state.outstandingReplyCount === 0) enter(node)\n    },\n\n    Release",
        "      enter(node)\n    },\n\n    Release",
      ],
      ["if (state.outstandingReplyCount === 0) enter(node)\n    },\n  },", "},\n  },"],
    ],
    loses: ["exclusion", "order"],
  },
  {
    rule: "a node that is alone has nobody to hear from",
    mistake: "waits for replies all the same",
    edits: [
      ["      if (state.outstandingReplyCount === 0) enter(node)\n    },\n\n    Release", "    },\n\n    Release"],
    ],
    loses: ["enter"],
  },
  {
    rule: "Our_Sequence_Number := Highest_Sequence_Number + 1",
    mistake: "takes the highest number itself",
    edits: [[nextNumber, "state.ourSequenceNumber = state.highestSequenceNumber"]],
    loses: ["exclusion", "order"],
  },
  {
    rule: "Our_Sequence_Number := Highest_Sequence_Number + 1",
    mistake: "counts its own requests",
    edits: [[nextNumber, "state.ourSequenceNumber++"]],
    loses: ["exclusion", "order"],
  },
  {
    rule: "Our_Sequence_Number := Highest_Sequence_Number + 1",
    mistake: "takes the time for a sequence number",
    edits: [[nextNumber, "state.ourSequenceNumber = node.now()"]],
    loses: ["exclusion", "order"],
  },
  {
    rule: "Our_Sequence_Number := Highest_Sequence_Number + 1",
    mistake: "draws its numbers",
    edits: [[nextNumber, "state.ourSequenceNumber = node.random(1, 1_000_000)"]],
    loses: ["exclusion", "order", "progress", "cost"],
  },
  {
    rule: "Highest_Sequence_Number := Maximum(Highest_Sequence_Number, k)",
    mistake: "does not heed the numbers of others",
    edits: [[highest, ""]],
    loses: ["exclusion", "order"],
  },
  {
    rule: "Highest_Sequence_Number := Maximum(Highest_Sequence_Number, k)",
    mistake: "takes the last number for the highest",
    edits: [[highest, "      state.highestSequenceNumber = k\n"]],
    loses: ["exclusion", "order"],
  },
  {
    rule: "Highest_Sequence_Number := Maximum(Highest_Sequence_Number, k), whether or not the reply is deferred",
    mistake: "heeds the numbers of those only whom it replies to at once",
    edits: [
      [highest, ""],
      [
        'else node.send(j, { type: "Reply", which })',
        `else {\n  ${highest}\n  node.send(j, { type: "Reply", which })\n}`,
      ],
    ],
    loses: ["exclusion", "order", "cost"],
  },
  {
    rule: "Defer_it := Requesting_Critical_Section AND ...",
    mistake: "never defers a reply",
    edits: [[defers, "false"]],
    loses: ["exclusion", "order", "cost"],
  },
  {
    rule: "Requesting_Critical_Section is TRUE until the critical section is left",
    mistake: "replies while it is in the critical section",
    edits: [
      [
        "function enter(node: Self): void {\n",
        "function enter(node: Self): void {\n  node.state.requestingCriticalSection = false\n",
      ],
    ],
    loses: ["exclusion"],
  },
  {
    rule: "Requesting_Critical_Section is TRUE from when the number is chosen",
    mistake: "replies to everybody until it is in the critical section",
    edits: [
      ["      state.requestingCriticalSection = true\n", ""],
      [
        "function enter(node: Self): void {\n",
        "function enter(node: Self): void {\n  node.state.requestingCriticalSection = true\n",
      ],
    ],
    loses: ["exclusion", "order", "cost"],
  },
  {
    rule: "Defer_it := ... (k > Our_Sequence_Number)",
    mistake: "lets the larger number go first",
    edits: [["k > state.ourSequenceNumber ||", "k < state.ourSequenceNumber ||"]],
    loses: ["exclusion", "order"],
  },
  {
    rule: "Defer_it := ... (k = Our_Sequence_Number AND j > me)",
    mistake: "replies whenever the numbers are equal",
    edits: [["(k === state.ourSequenceNumber && j > node.id)", "false"]],
    loses: ["exclusion", "order", "cost"],
  },
  {
    rule: "Defer_it := ... (k = Our_Sequence_Number AND j > me)",
    mistake: "defers whenever the numbers are equal",
    edits: [["k === state.ourSequenceNumber && j > node.id", "k === state.ourSequenceNumber"]],
    loses: ["progress"],
  },
  {
    rule: "Defer_it := ... (k = Our_Sequence_Number AND j > me)",
    mistake: "lets the higher id go first",
    edits: [["k === state.ourSequenceNumber && j > node.id", "k === state.ourSequenceNumber && j < node.id"]],
    loses: ["order"],
  },
  {
    rule: "Defer_it := Requesting_Critical_Section AND ((k > Our_Sequence_Number) ...)",
    mistake: "defers whenever it wants in itself",
    edits: [[defers, "state.requestingCriticalSection"]],
    loses: ["progress"],
  },
  {
    rule: "IF Reply_Deferred[j] THEN ... Send_Message(REPLY, j)",
    mistake: "forgets those that wait",
    edits: [["if (!state.replyDeferred[j]) continue", "if (node.size > 0) continue"]],
    loses: ["progress"],
  },
  {
    rule: "FOR j := 1 STEP 1 UNTIL N DO IF Reply_Deferred[j] ...",
    mistake: "replies to one of those that wait",
    edits: [
      [
        'node.send(j, { type: "Reply", which: state.which[j]! })',
        'return node.send(j, { type: "Reply", which: state.which[j]! })',
      ],
    ],
    loses: ["progress"],
  },
  {
    rule: "Reply_Deferred[j] := FALSE",
    mistake: "replies again to whom it has replied",
    edits: [["        state.replyDeferred[j] = false\n", ""]],
    loses: ["cost"],
  },
  {
    rule: "Requesting_Critical_Section := FALSE",
    mistake: "goes on deferring when it has left",
    edits: [["      state.requestingCriticalSection = false\n", ""]],
    loses: ["progress"],
  },
  {
    rule: "a Reply is one permission",
    mistake: "counts a Reply twice that arrives twice",
    edits: [["which !== state.which[node.id] || state.replied[j]", "which !== state.which[node.id]"]],
    loses: ["exclusion"],
  },
  {
    rule: "a Reply is a permission for the request that it answers",
    mistake: "takes an old Reply for one to its present request",
    edits: [["which !== state.which[node.id] || state.replied[j]", "state.replied[j]"]],
    loses: ["exclusion"],
  },
  {
    rule: "a node enters with the number of its request",
    mistake: "reports the highest number that it knows",
    edits: [["timestamp: node.state.ourSequenceNumber", "timestamp: node.state.highestSequenceNumber"]],
    loses: ["order"],
  },
  {
    rule: "2(n-1) messages an entry",
    mistake: "asks every node twice",
    edits: [[asks, `${asks}\n${asks.replace("which]! })", "which]! })")}`]],
    loses: ["cost"],
  },
  {
    rule: "2(n-1) messages an entry, whatever they are said to be for",
    mistake: "asks every node twice, the second time by the name of a heartbeat",
    edits: [[asks, `${asks}\n${asks.replace("node.id]! })", 'node.id]! }, "heartbeat")')}`]],
    loses: ["cost"],
  },
  {
    rule: "2(n-1) messages an entry, whatever they are said to be for",
    mistake: "asks every node twice, the second time as what no message is for",
    edits: [[asks, `${asks}\n${asks.replace("node.id]! })", 'node.id]! }, "nothing" as "heartbeat")')}`]],
    loses: ["cost"],
  },
]
