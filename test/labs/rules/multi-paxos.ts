/** Multi-Paxos: the rules of Lamport's "Paxos Made Simple" (2001), §2.2 to §2.5 and §3, and of the hand-out. */
import type { BrokenRule } from "../broken-rule.ts"

const accepts = "  if (proposal.ballot < disk.promised) return false\n"
const majority = "return 2 * nodes.size > size"

export const rules: readonly BrokenRule[] = [
  {
    rule: "P1a: an acceptor accepts unless it has responded to a Prepare with a greater number",
    mistake: "accepts whatever it is asked to",
    edits: [[accepts, ""]],
    loses: ["agreement"],
  },
  {
    rule: "phase 1b: a promise not to accept any more proposals numbered less",
    mistake: "does not note what it has promised",
    edits: [["        node.save({ promised: ballot })\n        giveUp(node, ballot)", "        giveUp(node, ballot)"]],
    loses: ["agreement"],
  },
  {
    rule: "phase 1b: an acceptor responds if n is greater than that of any prepare request to which it has responded",
    mistake: "promises any ballot",
    edits: [
      [
        "      if (ballot < node.disk.promised) return refuse(node, from)\n      if (ballot > node.disk.promised) {\n        node.save",
        "      {\n        node.save",
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "phase 1b: ... with the highest-numbered proposal that it has accepted",
    mistake: "reports nothing",
    edits: [["accepted: acceptedSince(node, first) })", "accepted: acceptedSince(node, first).slice(0, 0) })"]],
    loses: ["agreement"],
  },
  {
    rule: "phase 1b: ... for every slot",
    mistake: "reports the last slot only",
    edits: [["accepted: acceptedSince(node, first) })", "accepted: acceptedSince(node, first).slice(-1) })"]],
    loses: ["agreement"],
  },
  {
    rule: "phase 1b: ... the highest-numbered proposal",
    mistake: "keeps and reports the first proposal that it accepted for a slot",
    edits: [
      [
        "    state.accepted.set(proposal.slot, proposal)\n",
        "    if (!state.accepted.has(proposal.slot)) state.accepted.set(proposal.slot, proposal)\n",
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "§2.5: stable storage: the highest ballot promised",
    mistake: "forgets in a crash what it promised",
    edits: [["  start(node) {\n", "  start(node) {\n    node.save({ promised: 0 })\n"]],
    loses: ["agreement"],
  },
  {
    rule: "§2.5: stable storage: the highest-numbered proposal accepted",
    mistake: "forgets in a crash what it accepted",
    edits: [
      [
        "accepted: new Map(disk.journal.map(proposal => [proposal.slot, proposal])),",
        "accepted: new Map(disk.journal.slice(0, 0).map(proposal => [proposal.slot, proposal])),",
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "§2.5: stable storage: ... accepted",
    mistake: "does not write what it accepts to its disk",
    edits: [['    node.append("journal", proposal)\n', ""]],
    loses: ["agreement"],
  },
  {
    rule: "§2.5: different proposers choose their numbers from disjoint sets",
    mistake: "uses ballots that others use as well",
    edits: [
      [
        "(Math.floor(node.disk.promised / size) + 1) * size + id",
        "(Math.floor(node.disk.promised / size) + 1) * size + 0 * id",
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "phase 1a: a proposer chooses a new proposal number",
    mistake: "asks with the number that it has promised",
    edits: [
      ["(Math.floor(node.disk.promised / size) + 1) * size + id", "Math.floor(node.disk.promised / size) * size + id"],
    ],
    loses: ["agreement", "cost"],
  },
  {
    rule: "phase 1a: a proposer's own acceptor is an acceptor like any other",
    mistake: "does not promise its own ballot",
    edits: [['  node.save({ promised: ballot })\n  state.role = "candidate"', '  state.role = "candidate"']],
    loses: ["agreement"],
  },
  {
    rule: "phase 1a: a proposer's own acceptor reports, too",
    mistake: "heeds what others report, not what it accepted itself",
    edits: [["  for (const proposal of acceptedSince(node, state.next)) recordReported(node, proposal)\n", ""]],
    loses: ["agreement"],
  },
  {
    rule: "phase 2a: responses from a majority of acceptors",
    mistake: "takes half for a majority",
    edits: [[majority, "return 2 * nodes.size >= size"]],
    loses: ["agreement"],
  },
  {
    rule: "phase 2a: responses from a majority of acceptors",
    mistake: "waits for all acceptors",
    edits: [[majority, "return nodes.size === size"]],
    loses: ["commands", "cost"],
  },
  {
    rule: "phase 2a: a response to its prepare request, numbered n",
    mistake: "counts promises of earlier ballots",
    edits: [
      [
        'if (state.role !== "candidate" || ballot !== state.ballot) return',
        'if (state.role !== "candidate" || ballot < 0) return',
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "phase 2a: a majority of acceptors, each once",
    mistake: "counts a promise twice that arrives twice",
    edits: [
      ["state.promises.add(from)", "state.promises.add(state.promises.has(from) ? -1 - state.promises.size : from)"],
    ],
    loses: ["agreement"],
  },
  {
    rule: "P2c: the value of the highest-numbered proposal among the responses",
    mistake: "proposes what it likes",
    edits: [
      [
        "proposeNext(node, chosen === undefined ? (state.reported.get(state.nextSlot)?.value ?? null) : chosen)",
        "proposeNext(node, chosen ?? null)",
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "P2c: the highest-numbered proposal",
    mistake: "takes the lowest-numbered one",
    edits: [["proposal.ballot > known.ballot", "proposal.ballot < known.ballot"]],
    loses: ["agreement"],
  },
  {
    rule: "P2c: the highest-numbered proposal",
    mistake: "takes the one that it heard of last",
    edits: [
      [
        "if (known === undefined || proposal.ballot > known.ballot) state.reported",
        "if (known === undefined || proposal.ballot > 0) state.reported",
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "P2c: in every slot that was reported",
    mistake: "begins behind the slots that were reported",
    edits: [
      [
        "  while (state.nextSlot <= last) {\n",
        "  state.nextSlot = Math.max(state.nextSlot, last + 1)\n  while (state.nextSlot <= last) {\n",
      ],
    ],
    loses: ["agreement", "learning", "clients", "cost"],
  },
  {
    rule: "§3: a new leader fills the gaps with no-ops",
    mistake: "leaves gaps as they are",
    edits: [
      [
        "    proposeNext(node, chosen === undefined ?",
        "    if (chosen === undefined && !state.reported.has(state.nextSlot)) state.nextSlot++\n    else proposeNext(node, chosen === undefined ?",
      ],
    ],
    loses: ["learning"],
  },
  {
    rule: "a value is chosen when a majority has accepted it",
    mistake: "takes a value for chosen that it has proposed",
    edits: [["  if (!isMajority(node, waiting.voters)) return\n", ""]],
    loses: ["agreement"],
  },
  {
    rule: "a value is chosen when a majority has accepted it: each once",
    mistake: "counts an acceptance twice that arrives twice",
    edits: [
      [
        "  waiting.voters.add(voter)\n",
        "  waiting.voters.add(waiting.voters.has(voter) ? -1 - waiting.voters.size : voter)\n",
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "that a node has accepted a value does not mean that it was chosen",
    mistake: "takes whatever it has accepted itself for what was chosen",
    edits: [["if (proposal?.ballot === ballot) learn", "if (proposal !== undefined && ballot > 0) learn"]],
    loses: ["agreement"],
  },
  {
    rule: "a leader that learns of a higher ballot is one no more",
    mistake: "leads on whatever it has promised others",
    edits: [
      [
        "  if (ballot <= state.ballot) return\n  state.role",
        '  if (ballot <= state.ballot || state.role === "leader") return\n  state.role',
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "§2.4: two proposers that outbid each other: a distinguished proposer is elected",
    mistake: "outbids whoever outbids it at once",
    edits: [
      [
        "      believe(node, null, promised)\n      waitForLeader(node)\n    },\n\n    Chosen",
        "      prepare(node)\n    },\n\n    Chosen",
      ],
      [
        "        believe(node, null, ballot)\n        waitForLeader(node)\n",
        '        believe(node, null, ballot)\n        node.setTimer("election", 2_000)\n',
      ],
    ],
    loses: ["commands", "agreement", "learning", "clients", "cost"],
  },
  {
    rule: "a leader is heard again and again",
    mistake: "sends no Heartbeats but the first",
    edits: [
      [
        '      node.broadcast({ type: "Heartbeat", ballot: state.ballot, known: state.next }, "heartbeat")\n      node.setTimer',
        "      node.setTimer",
      ],
    ],
    loses: ["commands", "clients", "cost"],
  },
  {
    rule: "a node that hears of no leader tries to lead",
    mistake: "waits for ever once it has followed a leader",
    edits: [
      [
        "  node.state.ballot = ballot\n  waitForLeader(node)\n",
        '  node.state.ballot = ballot\n  node.cancelTimer("election")\n',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "the others learn what was chosen",
    mistake: "does not tell them",
    edits: [
      ['{ type: "Accept", proposal, known: node.state.next }', '{ type: "Accept", proposal, known: 0 }'],
      [
        '      node.broadcast({ type: "Heartbeat", ballot: state.ballot, known: state.next }',
        '      node.broadcast({ type: "Heartbeat", ballot: state.ballot, known: 0 }',
      ],
      ["next >= state.next) return\n", "next >= 0) return\n"],
    ],
    loses: ["learning"],
  },
  {
    rule: "those that missed something are helped",
    mistake: "does not help them",
    edits: [["next >= state.next) return\n", "next >= 0) return\n"]],
    loses: ["learning"],
  },
  {
    rule: "messages are lost: proposals are sent again",
    mistake: "sends every proposal once",
    edits: [
      [
        '        for (const peer of node.peers) if (!voters.has(peer)) propose(node, peer, proposal, "retransmission")\n',
        "        void [proposal, voters]\n",
      ],
    ],
    loses: ["learning"],
  },
  {
    rule: "what comes after a gap cannot be executed before it",
    mistake: "executes what it learns as it comes",
    edits: [
      [
        "  if (!state.chosen.has(slot)) state.chosen.set(slot, value)\n",
        "  if (!state.chosen.has(slot)) state.chosen.set(slot, value)\n  if (slot > state.next) state.next = slot\n",
      ],
    ],
    loses: ["agreement", "learning"],
  },
  {
    rule: "§2.3: clients send commands to the leader, which proposes them",
    mistake: "answers reads from its own machine, whether or not it still leads",
    edits: [
      [
        "      const last = state.machine.sessions[command.session]\n",
        '      if (command.operation.op === "get") {\n        const value = state.machine.values.get(command.operation.key) ?? null\n        return node.reply(client, { type: "Result", sequence: command.sequence, result: { done: true, value } })\n      }\n      const last = state.machine.sessions[command.session]\n',
      ],
    ],
    loses: ["agreement"],
  },
  {
    rule: "clients are answered by the leader",
    mistake: "does not answer what it has executed",
    edits: [['    node.reply(command.session, { type: "Result", sequence: command.sequence, result })\n', ""]],
    loses: ["commands", "agreement", "clients", "cost"],
  },
  {
    rule: "the others name the leader",
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
    rule: "the others name the leader",
    mistake: "never names a leader",
    edits: [["sequence: command.sequence, leader: state.leader })", "sequence: command.sequence, leader: null })"]],
    loses: ["clients"],
  },
  {
    rule: "a command that is sent again is executed once",
    mistake: "executes it again",
    edits: [
      [
        "        if (proposal.value?.session === command.session && proposal.value.sequence === command.sequence) return\n",
        "        void proposal\n",
      ],
      [
        "    const result = execute(state.machine, command)\n    if (state.role",
        "    delete state.machine.sessions[command.session]\n    const result = execute(state.machine, command)\n    if (state.role",
      ],
    ],
    loses: ["clients"],
  },
  {
    rule: "§3: phase 1 once, for all slots to come",
    mistake: "prepares anew for each command",
    edits: [
      [
        "      proposeNext(node, command)\n    },\n",
        '      for (const peer of node.peers) node.send(peer, { type: "Prepare", ballot: state.ballot, from: state.next })\n      proposeNext(node, command)\n    },\n',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "a command costs 2(n-1) messages",
    mistake: "tells all others at once what is chosen",
    edits: [
      [
        "  learn(node, slot, waiting.proposal.value)\n",
        '  learn(node, slot, waiting.proposal.value)\n  node.broadcast({ type: "Chosen", slot, values: [waiting.proposal.value] })\n',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "a command costs 2(n-1) messages, whatever they are said to be for",
    mistake: "tells all others at once what is chosen, for a purpose that there is not",
    edits: [
      [
        "  learn(node, slot, waiting.proposal.value)\n",
        '  learn(node, slot, waiting.proposal.value)\n  node.broadcast({ type: "Chosen", slot, values: [waiting.proposal.value] }, "nothing" as "heartbeat")\n',
      ],
    ],
    loses: ["cost"],
  },
  {
    rule: "a command takes 4d",
    mistake: "proposes with the next Heartbeat",
    edits: [['  for (const peer of node.peers) propose(node, peer, proposal, "protocol")\n', ""]],
    loses: ["cost"],
  },
]
