/** What Raft's disk holds: "Persistent state" in Figure 2, §7 and Figure 13 of Ongaro and Ousterhout 2014, the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const boot = "  start(node) {\n"
const takes = "machine: copyOfMachine(state.machine) },"
const backtracks = "const next = Math.min(message.prevLogIndex, message.lastLogIndex + 1)"

export const rules: readonly BrokenRule[] = [
  {
    rule: "persistent state: currentTerm",
    mistake: "keeps its term in memory only",
    edits: [[boot, `${boot}    node.save({ currentTerm: 0, votedFor: null })\n`]],
    loses: ["durable"],
  },
  {
    rule: "persistent state: votedFor",
    mistake: "keeps its vote in memory only",
    edits: [[boot, `${boot}    node.save({ votedFor: null })\n`]],
    loses: ["durable"],
  },
  {
    rule: "persistent state: votedFor",
    mistake: "does not write its vote for itself",
    edits: [
      [
        "currentTerm: node.disk.currentTerm + 1, votedFor: node.id })",
        "currentTerm: node.disk.currentTerm + 1, votedFor: null })",
      ],
    ],
    loses: ["durable", "snapshots"],
  },
  {
    rule: "persistent state: log[]",
    mistake: "keeps the log behind the snapshot in memory only",
    edits: [[boot, `${boot}    node.truncate("log", 0)\n`]],
    loses: ["durable", "snapshots"],
  },
  {
    rule: "persistent state: log[]",
    mistake: "loses the last entry in a crash",
    edits: [[boot, `${boot}    node.truncate("log", Math.max(0, node.disk.log.length - 1))\n`]],
    loses: ["durable", "snapshots"],
  },
  {
    rule: "a server that is alone is its own majority",
    mistake: "commits only when a reply comes",
    edits: [["call(node, peer)\n      advanceCommitIndex(node)\n", "call(node, peer)\n"]],
    loses: ["commands"],
  },
  {
    rule: "§7: each server takes snapshots independently",
    mistake: "takes no snapshots",
    edits: [["  if (snapshotEvery === 0 || state.last", "  if (snapshotEvery >= 0 || state.last"]],
    loses: ["snapshots"],
  },
  {
    rule: "§7: the snapshot replaces the entries that it stands for",
    mistake: "keeps them",
    edits: [['  node.discard("log", state.lastApplied - lastIncludedIndex)\n', ""]],
    loses: ["commands", "snapshots", "cost"],
  },
  {
    rule: "§7: the snapshot replaces the entries that it stands for",
    mistake: "drops the whole log",
    edits: [['  node.discard("log", state.lastApplied - lastIncludedIndex)\n', '  node.truncate("log", 0)\n']],
    loses: ["commands", "snapshots", "cost"],
  },
  {
    rule: "§7, Figure 12: last included term",
    mistake: "notes no term",
    edits: [["const lastIncludedTerm = termAt(node, state.lastApplied)", "const lastIncludedTerm = 0"]],
    loses: ["commands", "snapshots", "cost"],
  },
  {
    rule: "§7: the entire current system state is written to a snapshot",
    mistake: "leaves the clients' sessions out",
    edits: [[takes, "machine: { values: copyOfMachine(state.machine).values, sessions: [] } },"]],
    loses: ["snapshots"],
  },
  {
    rule: "§7: the entire current system state is written to a snapshot",
    mistake: "leaves the values out",
    edits: [[takes, "machine: { values: new Map(), sessions: copyOfMachine(state.machine).sessions } },"]],
    loses: ["snapshots"],
  },
  {
    rule: "a server restarts from its snapshot",
    mistake: "restarts with an empty machine behind it",
    edits: [["machine: copyOfMachine(snapshot.machine),\n    votes", "machine: emptyMachine(),\n    votes"]],
    loses: ["snapshots"],
  },
  {
    rule: "a server restarts from its snapshot, and says so",
    mistake: "does not report that it goes on from there",
    edits: [
      [
        '    if (lastIncludedIndex > 0) node.report({ type: "restored", index: lastIncludedIndex })\n',
        "    void lastIncludedIndex\n",
      ],
    ],
    loses: ["snapshots"],
  },
  {
    rule: "§7: a leader sends a snapshot when it has already discarded the next log entry that it needs to send",
    mistake: "sends what it has left of the log",
    edits: [
      [
        "  if (next <= disk.snapshot.lastIncludedIndex) {\n    return",
        "  if (next <= disk.snapshot.lastIncludedIndex && next < 0) {\n    return",
      ],
    ],
    loses: ["snapshots"],
  },
  {
    rule: "§7: ... only then",
    mistake: "sends its snapshot whenever it takes one",
    edits: [
      [
        '  node.discard("log", state.lastApplied - lastIncludedIndex)\n',
        '  node.discard("log", state.lastApplied - lastIncludedIndex)\n  if (state.role === "leader") node.broadcast({ type: "InstallSnapshot", term: disk.currentTerm, snapshot: disk.snapshot })\n',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "every snapshotEvery entries",
    mistake: "takes a snapshot after each entry",
    edits: [
      [
        "state.lastApplied - lastIncludedIndex < snapshotEvery) return",
        "state.lastApplied - lastIncludedIndex < 1) return",
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "InstallSnapshot, receiver, 1: reply immediately if term < currentTerm",
    mistake: "installs snapshots of leaders whose term is over",
    edits: [
      [
        "      if (term === node.disk.currentTerm) {\n        follow(node, from)\n",
        "      if (term <= node.disk.currentTerm) {\n        follow(node, from)\n",
      ],
    ],
    loses: ["snapshots"],
  },
  {
    rule: "InstallSnapshot, receiver, 5: discard any existing snapshot with a smaller index (and none with a larger one)",
    mistake: "installs snapshots that are older than what it has executed",
    edits: [["  if (lastIncludedIndex <= state.commitIndex) return\n", ""]],
    loses: ["snapshots"],
  },
  {
    rule: "InstallSnapshot, receiver, 8: reset state machine using snapshot contents",
    mistake: "goes on with its own machine",
    edits: [["  state.machine = copyOfMachine(snapshot.machine)\n", ""]],
    loses: ["snapshots"],
  },
  {
    rule: "InstallSnapshot, receiver: what it covers is executed",
    mistake: "executes again what the snapshot covers",
    edits: [["  state.lastApplied = lastIncludedIndex\n", ""]],
    loses: ["snapshots"],
  },
  {
    rule: "InstallSnapshot, receiver: a snapshot is durable like the log",
    mistake: "keeps a snapshot that it was sent in memory only",
    edits: [["  node.save({ snapshot })\n  if (agrees)", "  if (agrees)"]],
    loses: ["snapshots"],
  },
  {
    rule: "InstallSnapshot, receiver: a server that was sent a snapshot says so",
    mistake: "does not report that it goes on from there",
    edits: [
      [
        '  state.lastApplied = lastIncludedIndex\n  node.report({ type: "restored", index: lastIncludedIndex })\n',
        "  state.lastApplied = lastIncludedIndex\n",
      ],
    ],
    loses: ["snapshots"],
  },
  {
    rule: "InstallSnapshot: a reply",
    mistake: "does not answer, so that the leader sends it again and again",
    edits: [
      [
        '      node.send(from, { type: "InstallSnapshotReply", term: node.disk.currentTerm, matchIndex })',
        "      void [from, matchIndex]",
      ],
    ],
    loses: ["snapshots"],
  },
  {
    rule: "elections: where does a log end that has been cut short?",
    mistake: "counts the entries behind the snapshot only",
    edits: [["const lastLogIndex = lastIndex(node)\n", "const lastLogIndex = node.disk.log.length\n"]],
    loses: ["snapshots"],
  },
  {
    rule: "elections: the last term of a log whose entries are all in the snapshot is the snapshot's",
    mistake: "takes such a log for one without any entries",
    edits: [
      ["const ours = termAt(node, lastIndex(node))", "const ours = node.disk.log.at(-1)?.term ?? 0"],
      ["lastLogTerm: termAt(node, lastLogIndex) })", "lastLogTerm: node.disk.log.at(-1)?.term ?? 0 })"],
    ],
    loses: ["snapshots"],
  },
  {
    rule: "AppendEntries: entries that the snapshot stands for agree with anybody's",
    mistake: "appends entries that its snapshot stands for",
    edits: [["if (entry.index <= lastIncludedIndex || termAt", "if (termAt"]],
    loses: ["snapshots"],
  },
  {
    rule: "what changes nothing costs no sync",
    mistake: "writes its term at every AppendEntries",
    edits: [
      [
        "    AppendEntries(node, message, from) {\n",
        "    AppendEntries(node, message, from) {\n      if (message.term === node.disk.currentTerm) node.save({ currentTerm: message.term })\n",
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "what changes nothing costs no sync",
    mistake: "writes its vote again with every reply to the leader",
    edits: [
      [
        "    AppendEntriesReply(node, message, from) {\n",
        "    AppendEntriesReply(node, message, from) {\n      node.save({ votedFor: node.disk.votedFor })\n",
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "end of §5.3: a follower says at once where its log ends",
    mistake: "goes back one entry at a time",
    edits: [[backtracks, "const next = Math.max(1, message.prevLogIndex)"]],
    loses: ["cost"],
  },
  {
    rule: "what a message is for is said as the contract has it",
    mistake: "sends its replies for a purpose that there is not",
    edits: [
      [
        "matchIndex, lastLogIndex: lastIndex(node) })",
        'matchIndex, lastLogIndex: lastIndex(node) }, "nothing" as "heartbeat")',
      ],
    ],
    loses: ["cost"],
  },
]
