/** Raft's elections: Figure 2 of Ongaro and Ousterhout 2014 without the log, §5.1 and §5.2, and the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const heed = "    RequestVote(node, message, from) {\n      heed(node, message.term)\n"
const asks = 'node.broadcast({ type: "RequestVote", term, lastLogIndex, lastLogTerm: termAt(node, lastLogIndex) })'

export const rules: readonly BrokenRule[] = [
  {
    rule: "persistent state: votedFor",
    mistake: "keeps its vote in memory only",
    edits: [["  start(node) {\n", "  start(node) {\n    node.save({ votedFor: null })\n"]],
    loses: ["votes"],
  },
  {
    rule: "persistent state: currentTerm",
    mistake: "keeps its term in memory only",
    edits: [["  start(node) {\n", "  start(node) {\n    node.save({ currentTerm: 0, votedFor: null })\n"]],
    loses: ["votes", "terms"],
  },
  {
    rule: "RequestVote, receiver, 1: reply false if term < currentTerm",
    mistake: "votes for candidates of terms that are over",
    edits: [
      ["message.term >= currentTerm && (votedFor", "(votedFor"],
      [
        'node.send(from, { type: "RequestVoteReply", term: currentTerm, voteGranted })',
        'node.send(from, { type: "RequestVoteReply", term: message.term, voteGranted })',
      ],
    ],
    loses: ["votes"],
  },
  {
    rule: "RequestVote, receiver, 2: if votedFor is null or candidateId",
    mistake: "votes for whoever asks",
    edits: [["(votedFor === null || votedFor === from) && ", ""]],
    loses: ["votes"],
  },
  {
    rule: "RequestVote, receiver, 2: grant vote",
    mistake: "votes for nobody but itself",
    edits: [["message.term >= currentTerm && (votedFor === null", "message.term > currentTerm && (votedFor === null"]],
    loses: ["first", "terms", "liveness"],
  },
  {
    rule: "RequestVote, receiver, 2: first-come-first-served",
    mistake: "does not note that it has voted",
    edits: [["        if (votedFor === null) node.save({ votedFor: from })\n", ""]],
    loses: ["votes"],
  },
  {
    rule: "RequestVote, receiver: a reply",
    mistake: "does not refuse, but keeps silent",
    edits: [
      ['node.send(from, { type: "RequestVoteReply"', 'if (voteGranted) node.send(from, { type: "RequestVoteReply"'],
    ],
    loses: ["votes"],
  },
  {
    rule: "all servers: T > currentTerm: set currentTerm = T",
    mistake: "does not heed the term of a RequestVote",
    edits: [[heed, "    RequestVote(node, message, from) {\n"]],
    loses: ["first", "terms", "liveness"],
  },
  {
    rule: "all servers: T > currentTerm: set currentTerm = T (a new term, a new vote)",
    mistake: "takes its old vote along into the new term",
    edits: [
      ["node.save({ currentTerm: term, votedFor: null })\n  stepDown", "node.save({ currentTerm: term })\n  stepDown"],
    ],
    loses: ["liveness"],
  },
  {
    rule: "all servers: T > currentTerm: convert to follower",
    mistake: "goes to the later term, and goes on as what it was",
    edits: [
      [
        "  stepDown(node)\n  believe(node, null)\n}\n\nfunction stepDown",
        "  believe(node, null)\n}\n\nfunction stepDown",
      ],
    ],
    loses: ["votes", "terms"],
  },
  {
    rule: "all servers: T > currentTerm: in requests ...",
    mistake: "heeds no later term while it leads",
    edits: [
      [
        "  if (term <= node.disk.currentTerm) return\n",
        '  if (term <= node.disk.currentTerm || node.state.role === "leader") return\n',
      ],
    ],
    loses: ["votes", "terms"],
  },
  {
    rule: "all servers: T > currentTerm: set currentTerm = T",
    mistake: "goes to any other term, be it earlier",
    edits: [["  if (term <= node.disk.currentTerm) return\n", "  if (term === node.disk.currentTerm) return\n"]],
    loses: ["votes"],
  },
  {
    rule: "followers: respond to RPCs",
    mistake: "goes by leaders of terms that are over",
    edits: [["term >= node.disk.currentTerm && appendTo(node, message, from)", "appendTo(node, message, from)"]],
    loses: ["votes", "terms"],
  },
  {
    rule: "followers: if election timeout elapses without receiving AppendEntries ...",
    mistake: "does not reset its timeout when it hears from the leader",
    edits: [
      [
        "  if (node.state.leader !== leader) believe(node, leader)\n  resetElectionTimer(node)\n",
        "  if (node.state.leader !== leader) believe(node, leader)\n",
      ],
    ],
    loses: ["liveness"],
  },
  {
    rule: "followers: convert to candidate",
    mistake: "never stands for election again after it has followed a leader",
    edits: [
      [
        "  if (node.state.leader !== leader) believe(node, leader)\n  resetElectionTimer(node)\n",
        '  if (node.state.leader !== leader) believe(node, leader)\n  node.cancelTimer("election")\n',
      ],
    ],
    loses: ["liveness"],
  },
  {
    rule: "candidates: increment currentTerm",
    mistake: "stands for election in the term it is in",
    edits: [
      [
        "node.save({ currentTerm: node.disk.currentTerm + 1, votedFor: node.id })",
        "node.save({ currentTerm: Math.max(1, node.disk.currentTerm), votedFor: node.id })",
      ],
    ],
    loses: ["liveness"],
  },
  {
    rule: "candidates: vote for self",
    mistake: "leaves its own vote to others",
    edits: [
      [
        "node.save({ currentTerm: node.disk.currentTerm + 1, votedFor: node.id })",
        "node.save({ currentTerm: node.disk.currentTerm + 1, votedFor: null })",
      ],
    ],
    loses: ["votes"],
  },
  {
    rule: "candidates: vote for self",
    mistake: "does not count its own vote",
    edits: [["node.state.votes = new Set([node.id])", "node.state.votes = new Set()"]],
    loses: ["first", "liveness"],
  },
  {
    rule: "candidates: reset election timer",
    mistake: "stands for election once",
    edits: [
      [
        "  believe(node, null)\n  resetElectionTimer(node)\n  const { currentTerm: term }",
        "  believe(node, null)\n  const { currentTerm: term }",
      ],
    ],
    loses: ["liveness"],
  },
  {
    rule: "election timeouts are chosen at random",
    mistake: "always waits for the shortest timeout",
    edits: [["node.random(electionTimeoutMin, electionTimeoutMax)", "electionTimeoutMin + 0 * electionTimeoutMax"]],
    loses: ["first", "terms", "liveness"],
  },
  {
    rule: "candidates: send RequestVote RPCs to all other servers",
    mistake: "asks the next server only",
    edits: [
      [asks, 'node.send((node.id + 1) % node.size, { type: "RequestVote", term, lastLogIndex, lastLogTerm: 0 })'],
    ],
    loses: ["terms", "liveness", "cost"],
  },
  {
    rule: "candidates: votes received from majority of servers",
    mistake: "takes half for a majority",
    edits: [["if (2 * state.votes.size <= node.size) return", "if (2 * state.votes.size < node.size) return"]],
    loses: ["votes"],
  },
  {
    rule: "candidates: votes received from majority of servers",
    mistake: "asks for the votes of all",
    edits: [["if (2 * state.votes.size <= node.size) return", "if (state.votes.size < node.size) return"]],
    loses: ["liveness"],
  },
  {
    rule: "candidates: votes received",
    mistake: "counts refusals, too",
    edits: [["term !== node.disk.currentTerm || !voteGranted) return", "term !== node.disk.currentTerm) return"]],
    loses: ["votes"],
  },
  {
    rule: "candidates: votes received, in this term",
    mistake: "counts votes of earlier elections",
    edits: [
      [
        'if (node.state.role !== "candidate" || term !== node.disk.currentTerm || !voteGranted) return',
        'if (node.state.role !== "candidate" || !voteGranted) return',
      ],
    ],
    loses: ["votes"],
  },
  {
    rule: "candidates: votes received from majority of servers, each once",
    mistake: "counts a vote twice that arrives twice",
    edits: [["node.state.votes.add(from)", "node.state.votes.add(node.state.votes.has(from) ? -1 : from)"]],
    loses: ["votes"],
  },
  {
    rule: "leaders: upon election, send heartbeats",
    mistake: "waits for an interval before its first heartbeat",
    edits: [
      [
        "  believe(node, node.id)\n  callAll(node)\n",
        '  believe(node, node.id)\n  node.setTimer("heartbeat", node.parameters.heartbeatInterval)\n',
      ],
    ],
    loses: ["liveness"],
  },
  {
    rule: "leaders: ... repeat during idle periods",
    mistake: "sends heartbeats once",
    edits: [
      [
        "  for (const peer of node.peers) call(node, peer)\n  node.setTimer(",
        "  for (const peer of node.peers) call(node, peer)\n  if (node.size < 0) node.setTimer(",
      ],
    ],
    loses: ["liveness"],
  },
  {
    rule: "leaders: ... to each server",
    mistake: "sends heartbeats to a majority only",
    edits: [
      [
        "  for (const peer of node.peers) call(node, peer)\n  node.setTimer(",
        "  for (const peer of node.peers.slice(0, node.size >> 1)) call(node, peer)\n  node.setTimer(",
      ],
    ],
    loses: ["first", "liveness"],
  },
  {
    rule: "leaders do not stand for election",
    mistake: "does not stop its election timeout when it is elected",
    edits: [['  node.cancelTimer("election")\n  believe(node, node.id)', "  believe(node, node.id)"]],
    loses: ["votes", "terms", "liveness"],
  },
  {
    rule: "an election costs n-1 questions and n-1 answers",
    mistake: "asks everybody twice",
    edits: [[asks, `${asks}\n  ${asks}`]],
    loses: ["cost"],
  },
  {
    rule: "an election costs n-1 questions and n-1 answers, whatever they are called",
    mistake: "thanks all others for their votes",
    edits: [
      [
        "  believe(node, node.id)\n  callAll(node)\n",
        '  believe(node, node.id)\n  callAll(node)\n  for (const _ of [1, 2, 3, 4, 5]) node.broadcast({ type: "InstallSnapshotReply", term: 0, matchIndex: 0 }, "heartbeat")\n',
      ],
    ],
    loses: ["terms", "cost"],
  },
  {
    rule: "n-1 heartbeats an interval",
    mistake: "sends twice as many",
    edits: [
      [
        'node.setTimer("heartbeat", node.parameters.heartbeatInterval)',
        'node.setTimer("heartbeat", node.parameters.heartbeatInterval / 2)',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "what a message is for is said as the contract has it",
    mistake: "asks for votes for a purpose that there is not",
    edits: [[asks, asks.replace("lastLogIndex) })", 'lastLogIndex) }, "nothing" as "heartbeat")')]],
    loses: ["cost"],
  },
]
