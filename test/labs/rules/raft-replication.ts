/** Raft's log: Figure 2 of Ongaro and Ousterhout 2014, §5.3, §5.4 and §8, and the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const upToDate = "return lastLogTerm > ours || (lastLogTerm === ours && lastLogIndex >= lastIndex(node))"
const agrees = "if (prevLogIndex >= lastIncludedIndex && termAt(node, prevLogIndex) !== prevLogTerm) return false"
const skips = "if (entry.index <= lastIncludedIndex || termAt(node, entry.index) === entry.term) continue"
const answers = 'node.reply(command.session, { type: "Result", sequence: command.sequence, result })'
const replicates = "      for (const peer of node.peers) if (state.nextIndex[peer] === index) call(node, peer)\n"

export const rules: readonly BrokenRule[] = [
  {
    rule: "RequestVote, receiver, 2: candidate's log is at least as up-to-date as receiver's log",
    mistake: "votes without comparing logs",
    edits: [[" && isUpToDate(node, message)", ""]],
    loses: ["safety"],
  },
  {
    rule: "§5.4.1: the log with the later term is more up-to-date",
    mistake: "compares logs by their length alone",
    edits: [[upToDate, "return lastLogIndex >= lastIndex(node) && ours + lastLogTerm >= 0"]],
    loses: ["safety"],
  },
  {
    rule: "§5.4.1: if the logs end with the same term, then whichever log is longer",
    mistake: "compares logs by their last terms alone",
    edits: [[upToDate, "return lastLogTerm >= ours && lastLogIndex >= 0"]],
    loses: ["safety"],
  },
  {
    rule: "§5.4.1: the log with the later term is more up-to-date",
    mistake: "demands a later term and a longer log",
    edits: [[upToDate, "return lastLogTerm >= ours && lastLogIndex >= lastIndex(node)"]],
    loses: ["safety"],
  },
  {
    rule: "§5.4.1: at least as up-to-date",
    mistake: "demands a log that is more up-to-date",
    edits: [[upToDate, upToDate.replace(">= lastIndex", "> lastIndex")]],
    loses: ["commands", "followers", "safety", "clients", "cost"],
  },
  {
    rule: "AppendEntries, receiver, 1: reply false if term < currentTerm",
    mistake: "takes entries from leaders of terms that are over",
    edits: [["term >= node.disk.currentTerm && appendTo", "appendTo"]],
    loses: ["safety"],
  },
  {
    rule: "AppendEntries, receiver, 2: reply false if log doesn't contain an entry at prevLogIndex whose term matches",
    mistake: "appends whatever it is sent",
    edits: [[agrees, "if (prevLogIndex > lastIndex(node) + prevLogTerm * 0) return false"]],
    loses: ["safety"],
  },
  {
    rule: "AppendEntries, receiver, 2",
    mistake: "does not look whether there is a gap",
    edits: [
      [
        agrees,
        "if (prevLogIndex < lastIndex(node) && prevLogIndex >= lastIncludedIndex && termAt(node, prevLogIndex) !== prevLogTerm) return false",
      ],
    ],
    loses: ["followers", "safety"],
  },
  {
    rule: "AppendEntries, receiver, 3: if an existing entry conflicts, delete the existing entry and all that follow it",
    mistake: "keeps entries that conflict with the leader's",
    edits: [[skips, "if (entry.index <= lastIndex(node)) continue"]],
    loses: ["safety"],
  },
  {
    rule: "AppendEntries, receiver, 3: only if an existing entry conflicts",
    mistake: "cuts its log behind what it is sent, be it an old message",
    edits: [[skips, "if (entry.index <= lastIncludedIndex) continue"]],
    loses: ["safety"],
  },
  {
    rule: "AppendEntries, receiver, 3: only if an existing entry conflicts",
    mistake: "cuts its log at the previous entry at each message, be it a heartbeat",
    edits: [
      [
        "  for (const entry of entries) {\n",
        '  if (prevLogIndex < lastIndex(node)) node.truncate("log", prevLogIndex - lastIncludedIndex)\n  for (const entry of entries) {\n',
      ],
    ],
    loses: ["safety"],
  },
  {
    rule: "AppendEntries, receiver, 5: set commitIndex = min(leaderCommit, index of last new entry)",
    mistake: "goes by the leader's commit index, whatever it has itself",
    edits: [
      [
        "const lastNew = Math.min(leaderCommit, matchIndex)",
        "const lastNew = success ? Math.min(leaderCommit, lastIndex(node)) : 0",
      ],
      // With heartbeats that carry no entries, which is a right design for whoever heeds the rule.
      [
        "for (const peer of node.peers) call(node, peer)\n  node.setTimer(",
        "for (const peer of node.peers) call(node, peer, true)\n  node.setTimer(",
      ],
      [
        "function call(node: Server, to: number): void {",
        "function call(node: Server, to: number, empty = false): void {",
      ],
      ["const entries = disk.log.slice(next", "const entries = empty ? [] : disk.log.slice(next"],
    ],
    loses: ["safety"],
  },
  {
    rule: "AppendEntries, receiver, 5: if leaderCommit > commitIndex",
    mistake: "does not heed the leader's commit index",
    edits: [["      if (lastNew > node.state.commitIndex) commit(node, lastNew)\n", ""]],
    loses: ["followers"],
  },
  {
    rule: "AppendEntries, receiver, 5: if leaderCommit > commitIndex, heartbeats included",
    mistake: "heeds the leader's commit index with new entries only",
    edits: [
      [
        "if (lastNew > node.state.commitIndex) commit",
        "if (entries.length > 0 && lastNew > node.state.commitIndex) commit",
      ],
    ],
    loses: ["followers"],
  },
  {
    rule: "leaders: upon election, nextIndex = last log index + 1, matchIndex = 0",
    mistake: "takes all others to have what it has",
    edits: [
      [
        "state.matchIndex = Array.from({ length: node.size }, () => 0)",
        "state.matchIndex = Array.from({ length: node.size }, () => lastIndex(node))",
      ],
    ],
    loses: ["followers", "safety", "clients"],
  },
  {
    rule: "leaders: append entry to local log, respond after entry applied to state machine",
    mistake: "answers before a majority has the entry",
    edits: [
      [
        "      state.matchIndex[node.id] = index\n",
        "      state.matchIndex[node.id] = index\n      commit(node, index)\n",
      ],
    ],
    loses: ["safety", "cost"],
  },
  {
    rule: "leaders: respond after entry applied to state machine",
    mistake: "answers reads from its own machine, whether or not it still leads",
    edits: [
      [
        "      const last = state.machine.sessions[command.session]\n",
        '      if (command.operation.op === "get") {\n        const value = state.machine.values.get(command.operation.key) ?? null\n        return node.reply(client, { type: "Result", sequence: command.sequence, result: { done: true, value } })\n      }\n      const last = state.machine.sessions[command.session]\n',
      ],
    ],
    loses: ["safety"],
  },
  {
    rule: "leaders: respond",
    mistake: "does not answer its clients",
    edits: [[`    ${answers}`, ""]],
    loses: ["commands", "safety", "clients", "cost"],
  },
  {
    rule: "leaders: if last log index >= nextIndex, send AppendEntries",
    mistake: "sends new entries with the next heartbeat only",
    edits: [[replicates, ""]],
    loses: ["cost"],
  },
  {
    rule: "leaders: if last log index >= nextIndex, send AppendEntries with log entries starting at nextIndex",
    mistake: "sends the last entry only",
    edits: [
      [
        "const entries = disk.log.slice(next - disk.snapshot.lastIncludedIndex - 1)\n  const prevLogTerm = termAt(node, next - 1)",
        "const entries = disk.log.slice(next - disk.snapshot.lastIncludedIndex - 1).slice(-1)\n  const prevLogTerm = termAt(node, next - 1)",
      ],
    ],
    loses: ["followers", "safety", "clients", "cost"],
  },
  {
    rule: "leaders: if successful, update nextIndex and matchIndex",
    mistake: "takes a success for one of all that it has, not of what it sent",
    edits: [
      [
        "const matchIndex = success ? prevLogIndex + entries.length : 0\n",
        "const matchIndex = success ? lastIndex(node) : 0\n",
      ],
    ],
    loses: ["safety"],
  },
  {
    rule: "leaders: if AppendEntries fails, decrement nextIndex and retry",
    mistake: "does not go back",
    edits: [
      [
        "      state.nextIndex[from] = Math.max(next, state.matchIndex[from]! + 1)\n      call(node, from)\n",
        "      if (next < 0) call(node, from)\n",
      ],
    ],
    loses: ["followers", "safety", "clients"],
  },
  {
    rule: "leaders: a majority of matchIndex[i] >= N",
    mistake: "commits what half of the servers have",
    edits: [["if (2 * having > node.size) return commit", "if (2 * having >= node.size) return commit"]],
    loses: ["safety"],
  },
  {
    rule: "leaders: a majority of matchIndex[i] >= N",
    mistake: "commits what one other server has",
    edits: [["if (2 * having > node.size) return commit", "if (having > 1 || node.size === 1) return commit"]],
    loses: ["safety"],
  },
  {
    rule: "leaders: a majority of matchIndex[i] >= N",
    mistake: "waits for all servers",
    edits: [["if (2 * having > node.size) return commit", "if (having === node.size) return commit"]],
    loses: ["commands", "safety", "cost"],
  },
  {
    rule: "leaders: a leader that is alone needs no reply",
    mistake: "commits only when a reply comes",
    edits: [["call(node, peer)\n      advanceCommitIndex(node)\n", "call(node, peer)\n"]],
    loses: ["commands"],
  },
  {
    rule: "leaders: log[N].term == currentTerm",
    mistake: "commits entries of earlier terms by counting",
    edits: [
      [" && termAt(node, n) === disk.currentTerm; n--", "; n--"],
      ["const { state, disk } = node\n  for (let n", "const { state } = node\n  for (let n"],
    ],
    loses: ["safety"],
  },
  {
    rule: "all servers: apply log[lastApplied], in the order of the log",
    mistake: "executes the last committed entry only",
    edits: [
      [
        "while (state.lastApplied < state.commitIndex) apply(node, entryAt(node, state.lastApplied + 1)!)",
        "apply(node, entryAt(node, index)!)",
      ],
    ],
    loses: ["safety", "clients"],
  },
  {
    rule: "persistent state: log[]",
    mistake: "keeps the log in memory only",
    edits: [["  start(node) {\n", '  start(node) {\n    node.truncate("log", 0)\n']],
    loses: ["followers", "safety"],
  },
  {
    rule: "persistent state: currentTerm and votedFor",
    mistake: "keeps term and vote in memory only",
    edits: [["  start(node) {\n", "  start(node) {\n    node.save({ currentTerm: 0, votedFor: null })\n"]],
    loses: ["safety"],
  },
  {
    rule: "volatile state: the machine starts anew, and executes the log again",
    mistake: "takes all that is in its log for committed when it restarts",
    edits: [
      [
        "    resetElectionTimer(node)\n  },\n\n  receive",
        "    resetElectionTimer(node)\n    commit(node, lastIndex(node))\n  },\n\n  receive",
      ],
    ],
    loses: ["safety"],
  },
  {
    rule: "§8: if the client's first choice is not the leader, that server will supply information about the leader",
    mistake: "keeps silent as a follower",
    edits: [
      [
        '        return node.reply(client, { type: "Redirect", sequence: command.sequence, leader: state.leader })\n',
        "        return\n",
      ],
    ],
    loses: ["clients"],
  },
  {
    rule: "§8: ... about the most recent leader it has heard from",
    mistake: "never names a leader",
    edits: [["sequence: command.sequence, leader: state.leader })", "sequence: command.sequence, leader: null })"]],
    loses: ["clients"],
  },
  {
    rule: "a server that sent a Redirect does not take the command up",
    mistake: "sends the command on to the leader, too",
    edits: [
      [
        '        return node.reply(client, { type: "Redirect"',
        '        if (state.leader !== null && state.leader !== node.id) {\n          node.append("log", { index: lastIndex(node) + 1, term: disk.currentTerm, command })\n        }\n        return node.reply(client, { type: "Redirect"',
      ],
    ],
    loses: ["safety"],
  },
  {
    rule: "§8: a command that is sent again is executed once",
    mistake: "executes it again",
    edits: [
      [
        "  const result = execute(state.machine, command)\n  state.lastApplied",
        "  delete state.machine.sessions[command.session]\n  const result = execute(state.machine, command)\n  state.lastApplied",
      ],
    ],
    loses: ["clients"],
  },
  {
    rule: "§8: ... and its client told the result",
    mistake: "does not answer a command that it has executed before",
    edits: [
      [
        '        const result = execute(state.machine, command)\n        return node.reply(client, { type: "Result", sequence: command.sequence, result })',
        "        return",
      ],
    ],
    loses: ["clients"],
  },
  {
    rule: "a command costs 2(n-1) messages",
    mistake: "tells all others of each commit at once",
    edits: [
      [
        "    if (2 * having > node.size) return commit(node, n)",
        "    if (2 * having > node.size) {\n      commit(node, n)\n      return callAll(node)\n    }",
      ],
    ],
    loses: ["clients", "cost"],
  },
  {
    rule: "a command costs 2(n-1) messages, whatever they are called",
    mistake: "tells all others of each commit at once, by the name of a heartbeat and another type",
    edits: [
      [
        "    if (2 * having > node.size) return commit(node, n)",
        '    if (2 * having > node.size) {\n      commit(node, n)\n      return node.broadcast({ type: "InstallSnapshotReply", term: 0, matchIndex: 0 }, "heartbeat")\n    }',
      ],
    ],
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
