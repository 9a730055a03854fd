/**
 * Multi-Paxos by Lamport, "Paxos Made Simple", 2001, as a student may write it. What the paper leaves open is chosen unlike
 * the project's own: the leader tells all others what is chosen along with its heartbeats, and resends what is not.
 */
import {
  algorithm,
  type Command,
  duration,
  emptyMachine,
  execute,
  type Machine,
  type Node,
  type ParameterValues,
  type ReplicatedLog,
  replicatedLog,
} from "quorate"

const parameters = {
  electionTimeoutMin: duration("max(150ms, 10d)", "A node that hears of no leader for a random time from this ..."),
  electionTimeoutMax: duration("max(300ms, 20d)", "... to this one tries to lead."),
  heartbeatInterval: duration("max(75ms, 5d)", "A leader sends Heartbeat to all this often."),
}

interface Proposal {
  readonly ballot: number
  readonly slot: number
  readonly value: Command | null
}

type Message =
  | { readonly type: "Prepare"; readonly ballot: number; readonly from: number }
  | { readonly type: "Promise"; readonly ballot: number; readonly accepted: readonly Proposal[] }
  | { readonly type: "Accept"; readonly proposal: Proposal; readonly known: number }
  | { readonly type: "Accepted"; readonly ballot: number; readonly slot: number }
  | { readonly type: "Heartbeat"; readonly ballot: number; readonly known: number }
  | { readonly type: "HeartbeatReply"; readonly ballot: number; readonly next: number }
  | { readonly type: "Nack"; readonly promised: number }
  | { readonly type: "Chosen"; readonly slot: number; readonly values: readonly (Command | null)[] }

interface MultiPaxos {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: { readonly promised: number; readonly journal: readonly Proposal[] }
  readonly state: {
    role: "follower" | "candidate" | "leader"
    leader: number | null
    ballot: number
    /** The acceptor: its highest-numbered acceptance for each slot. */
    readonly accepted: Map<number, Proposal>
    /** The proposer: who has promised, what was reported, and who has accepted what it proposes. */
    promises: Set<number>
    reported: Map<number, Proposal>
    proposals: Map<number, { readonly proposal: Proposal; readonly voters: Set<number> }>
    nextSlot: number
    /** The learner. */
    readonly chosen: Map<number, Command | null>
    next: number
    readonly machine: Machine
  }
  readonly message: Message
  readonly timer: "election" | "heartbeat" | "prepare"
  readonly service: ReplicatedLog
}

type PaxosNode = Node<MultiPaxos>

export const solution = algorithm<MultiPaxos>({
  name: "my-multi-paxos",
  title: "My Multi-Paxos",
  source: "Lamport 2001",
  summary: "A leader wins a ballot for all slots at once, and then has each command accepted by a majority.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  serves: [replicatedLog],
  parameters,

  disk: () => ({ promised: 0, journal: [] }),

  state: ({ disk }) => ({
    role: "follower",
    leader: null,
    ballot: 0,
    accepted: new Map(disk.journal.map(proposal => [proposal.slot, proposal])),
    promises: new Set(),
    reported: new Map(),
    proposals: new Map(),
    nextSlot: 1,
    chosen: new Map(),
    next: 1,
    machine: emptyMachine(),
  }),

  start(node) {
    believe(node, null, node.disk.promised)
    waitForLeader(node)
  },

  receive: {
    Prepare(node, { ballot, from: first }, from) {
      if (ballot < node.disk.promised) return refuse(node, from)
      if (ballot > node.disk.promised) {
        node.save({ promised: ballot })
        giveUp(node, ballot)
        believe(node, null, ballot)
        waitForLeader(node)
      }
      node.send(from, { type: "Promise", ballot, accepted: acceptedSince(node, first) })
    },

    Promise(node, { ballot, accepted }, from) {
      const { state } = node
      if (state.role !== "candidate" || ballot !== state.ballot) return
      state.promises.add(from)
      for (const proposal of accepted) recordReported(node, proposal)
      if (isMajority(node, state.promises)) lead(node)
    },

    Accept(node, { proposal, known }, from) {
      if (!accept(node, proposal)) return refuse(node, from)
      follow(node, proposal.ballot, from)
      node.send(from, { type: "Accepted", ballot: proposal.ballot, slot: proposal.slot })
      learnOwn(node, proposal.ballot, known)
    },

    Accepted(node, { ballot, slot }, from) {
      if (node.state.role === "leader" && ballot === node.state.ballot) voted(node, slot, from)
    },

    Heartbeat(node, { ballot, known }, from) {
      if (ballot < node.disk.promised) return refuse(node, from)
      follow(node, ballot, from)
      learnOwn(node, ballot, known)
      node.send(from, { type: "HeartbeatReply", ballot, next: node.state.next }, "heartbeat")
    },

    HeartbeatReply(node, { ballot, next }, from) {
      const { state } = node
      if (state.role !== "leader" || ballot !== state.ballot || next >= state.next) return
      const values: (Command | null)[] = []
      for (let slot = next; slot < state.next; slot++) values.push(state.chosen.get(slot)!)
      node.send(from, { type: "Chosen", slot: next, values })
    },

    Nack(node, { promised }) {
      if (promised <= node.disk.promised) return
      node.save({ promised })
      giveUp(node, promised)
      believe(node, null, promised)
      waitForLeader(node)
    },

    Chosen(node, { slot, values }) {
      for (const [i, value] of values.entries()) learn(node, slot + i, value)
    },
  },

  timeout: {
    election(node) {
      prepare(node)
    },
    heartbeat(node) {
      const { state } = node
      for (const { proposal, voters } of state.proposals.values()) {
        for (const peer of node.peers) if (!voters.has(peer)) propose(node, peer, proposal, "retransmission")
      }
      node.broadcast({ type: "Heartbeat", ballot: state.ballot, known: state.next }, "heartbeat")
      node.setTimer("heartbeat", node.parameters.heartbeatInterval)
    },
    prepare(node) {
      prepare(node)
    },
  },

  request: {
    Command(node, command, client) {
      const { state } = node
      if (state.role !== "leader") {
        return node.reply(client, { type: "Redirect", sequence: command.sequence, leader: state.leader })
      }
      const last = state.machine.sessions[command.session]
      if (last !== undefined && last.sequence >= command.sequence) {
        const result = execute(state.machine, command)
        return node.reply(client, { type: "Result", sequence: command.sequence, result })
      }
      for (const { proposal } of state.proposals.values()) {
        if (proposal.value?.session === command.session && proposal.value.sequence === command.sequence) return
      }
      proposeNext(node, command)
    },
  },
})

// --- The acceptor ---

function accept(node: PaxosNode, proposal: Proposal): boolean {
  const { disk, state } = node
  if (proposal.ballot < disk.promised) return false
  if (proposal.ballot > disk.promised) node.save({ promised: proposal.ballot })
  if (state.accepted.get(proposal.slot)?.ballot !== proposal.ballot) {
    node.append("journal", proposal)
    state.accepted.set(proposal.slot, proposal)
  }
  return true
}

function acceptedSince({ state }: PaxosNode, slot: number): Proposal[] {
  return [...state.accepted.values()].filter(proposal => proposal.slot >= slot)
}

function refuse(node: PaxosNode, to: number): void {
  node.send(to, { type: "Nack", promised: node.disk.promised })
}

// --- The proposer ---

function prepare(node: PaxosNode): void {
  const { state, size, id } = node
  const ballot = (Math.floor(node.disk.promised / size) + 1) * size + id
  node.save({ promised: ballot })
  state.role = "candidate"
  state.ballot = ballot
  state.promises = new Set([id])
  state.reported = new Map()
  for (const proposal of acceptedSince(node, state.next)) recordReported(node, proposal)
  believe(node, null, ballot)
  node.broadcast({ type: "Prepare", ballot, from: state.next })
  const { electionTimeoutMin, electionTimeoutMax } = node.parameters
  node.cancelTimer("election")
  node.setTimer("prepare", node.random(electionTimeoutMin, electionTimeoutMax))
  if (isMajority(node, state.promises)) lead(node)
}

function recordReported({ state }: PaxosNode, proposal: Proposal): void {
  const known = state.reported.get(proposal.slot)
  if (known === undefined || proposal.ballot > known.ballot) state.reported.set(proposal.slot, proposal)
}

function lead(node: PaxosNode): void {
  const { state } = node
  state.role = "leader"
  state.proposals = new Map()
  state.nextSlot = state.next
  node.cancelTimer("prepare")
  believe(node, node.id, state.ballot)
  const last = Math.max(0, ...state.reported.keys(), ...state.chosen.keys())
  while (state.nextSlot <= last) {
    const chosen = state.chosen.get(state.nextSlot)
    proposeNext(node, chosen === undefined ? (state.reported.get(state.nextSlot)?.value ?? null) : chosen)
  }
  node.broadcast({ type: "Heartbeat", ballot: state.ballot, known: state.next }, "heartbeat")
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

function proposeNext(node: PaxosNode, value: Command | null): void {
  const { state } = node
  const proposal: Proposal = { ballot: state.ballot, slot: state.nextSlot++, value }
  state.proposals.set(proposal.slot, { proposal, voters: new Set() })
  for (const peer of node.peers) propose(node, peer, proposal, "protocol")
  if (accept(node, proposal)) voted(node, proposal.slot, node.id)
}

function propose(node: PaxosNode, to: number, proposal: Proposal, purpose: "protocol" | "retransmission"): void {
  node.send(to, { type: "Accept", proposal, known: node.state.next }, purpose)
}

function giveUp(node: PaxosNode, ballot: number): void {
  const { state } = node
  if (ballot <= state.ballot) return
  state.role = "follower"
  node.cancelTimer("heartbeat")
  node.cancelTimer("prepare")
}

// --- The learner ---

function voted(node: PaxosNode, slot: number, voter: number): void {
  const waiting = node.state.proposals.get(slot)
  if (waiting === undefined) return
  waiting.voters.add(voter)
  if (!isMajority(node, waiting.voters)) return
  node.state.proposals.delete(slot)
  learn(node, slot, waiting.proposal.value)
}

/** All slots below `known` are chosen, and what this node has accepted in the leader's ballot is what was chosen there. */
function learnOwn(node: PaxosNode, ballot: number, known: number): void {
  for (let slot = node.state.next; slot < known; slot++) {
    const proposal = node.state.accepted.get(slot)
    if (proposal?.ballot === ballot) learn(node, slot, proposal.value)
  }
}

function learn(node: PaxosNode, slot: number, value: Command | null): void {
  const { state } = node
  if (!state.chosen.has(slot)) state.chosen.set(slot, value)
  for (let command = state.chosen.get(state.next); command !== undefined; command = state.chosen.get(state.next)) {
    node.report({ type: "applied", index: state.next++, command })
    if (command === null) continue
    const result = execute(state.machine, command)
    if (state.role !== "leader") continue
    node.reply(command.session, { type: "Result", sequence: command.sequence, result })
  }
}

// --- Whom it goes by ---

function follow(node: PaxosNode, ballot: number, leader: number): void {
  giveUp(node, ballot)
  if (ballot > node.disk.promised) node.save({ promised: ballot })
  if (node.state.leader !== leader || node.state.ballot !== ballot) believe(node, leader, ballot)
  node.state.ballot = ballot
  waitForLeader(node)
}

function waitForLeader(node: PaxosNode): void {
  const { electionTimeoutMin, electionTimeoutMax } = node.parameters
  node.setTimer("election", node.random(electionTimeoutMin, electionTimeoutMax))
}

function believe(node: PaxosNode, leader: number | null, ballot: number): void {
  node.state.leader = leader
  node.report({ type: "believes", leader, epoch: ballot })
}

function isMajority({ size }: PaxosNode, nodes: ReadonlySet<number>): boolean {
  return 2 * nodes.size > size
}
