/**
 * Single-decree Paxos: the synod, which chooses a single value (Lamport, "Paxos Made Simple", 2001, §2).
 *
 * Every node is proposer, acceptor and learner. Instances are numbered and have nothing to do with each other; in each
 * one, any number of nodes may propose, and one of the proposed values is chosen.
 */
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { agreement } from "../../services/agreement/service.ts"
import type { Value } from "../../services/agreement/shape.ts"
import { areDisjoint, phase1Quorum, phase2Quorum, quorumConflict } from "../common/flexible-quorums.ts"
import { close, partDue, instanceFor, recall, record, resume, retryIn } from "./instance.ts"
import { theory } from "./theory.ts"
import { type Ballot, KEPT, type Part, parameters, type Paxos, type PaxosNode, type Proposal } from "./types.ts"

export const paxos = algorithm<Paxos>({
  name: "paxos",
  title: "Paxos",
  source:
    "Lamport 2001, Paxos Made Simple, ACM SIGACT News 32(4), section 2; quorums of two sizes: Howard, Malkhi and " +
    "Spiegelman 2016, Flexible Paxos, OPODIS",
  summary:
    "A proposer asks a majority what they have accepted, proposes the highest-numbered of that (or its own value), and has a majority accept it.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  colour: "#56B4E9",
  theory,
  serves: [agreement],
  parameters,
  conflict: quorumConflict,
  isUnsafe: areDisjoint,

  disk: () => ({ journal: [], forgotten: 0 }),

  state: ({ disk }) => recall(disk),

  start: resume,

  receive: {
    Prepare(node, { instance, ballot }, from) {
      const part = instanceFor(node, instance)
      if (part === null || !mayAnswer(node, part, ballot, from)) return
      const { acceptor } = part
      const isNew = ballot > acceptor.promised
      if (isNew) record(node, part, { ...acceptor, promised: ballot })
      invariant(part.acceptor.promised === ballot, "a promise is on stable storage before it is given (§2.5)")
      const promise = { type: "Promise", instance, ballot, accepted: acceptor.accepted } as const
      node.send(from, promise)
    },

    Promise(node, { instance, ballot, accepted }, from) {
      const part = instanceFor(node, instance)
      if (part === null || part.ballot !== ballot || part.proposed || part.promises.includes(from)) return
      invariant(
        accepted === null || accepted.ballot < ballot,
        "a promise reports a proposal numbered below its ballot (§2.2, phase 1b)",
      )
      part.promises.push(from)
      part.reported = higher(part.reported, accepted)
      proposeIfPromised(node, part)
    },

    Accept(node, { instance, ballot, value }, from) {
      const part = instanceFor(node, instance)
      if (part === null || !mayAnswer(node, part, ballot, from)) return
      const isNew = part.acceptor.accepted?.ballot !== ballot
      if (isNew) accept(node, part, { ballot, value })
      const { promised } = part.acceptor
      invariant(promised === ballot, "P1a (§2.2): it accepts in the highest ballot it has promised")
      invariant(
        part.acceptor.accepted?.ballot === ballot,
        "an acceptance is on stable storage before it is sent (§2.5)",
      )
      const accepted = { type: "Accepted", instance, ballot, value } as const
      if (!isNew || node.parameters.learning !== "everyone") node.send(from, accepted)
    },

    Accepted(node, { instance, ballot, value }, from) {
      const part = instanceFor(node, instance)
      if (part !== null) countAcceptance(node, part, ballot, value, from)
    },

    Refused(node, { instance, ballot }) {
      const part = instanceFor(node, instance)
      if (part !== null) outbid(node, part, ballot)
    },

    Success(node, { instance, value }) {
      const part = instanceFor(node, instance)
      if (part !== null) learn(node, part, value)
    },
  },

  answers: ["Promise", "Accepted", "Refused", "Success"],

  standing({ state: { parts, recalled, newest } }) {
    const place = newest % KEPT
    const part = parts[place] ?? null
    const acceptor = part?.acceptor ?? recalled[place] ?? null
    if (acceptor === null) return { role: "acceptor", rank: 0, epoch: null }
    const isProposing = part !== null && part.ballot !== 0 && acceptor.decided === null
    const phase = part?.proposed === true ? "phase 2" : "phase 1"
    const role = acceptor.decided !== null ? "decided" : isProposing ? phase : "acceptor"
    return { role, rank: isProposing ? 1 : 0, epoch: acceptor.promised }
  },

  timeout: {
    retry(node, instance: number) {
      prepare(node, partDue(node, instance))
    },
  },

  request: {
    Propose(node, { instance, value }, client) {
      const part = instanceFor(node, instance)
      if (part === null) return
      const { decided } = part.acceptor
      if (decided !== null) return node.reply(client, { type: "Decision", instance, value: decided })
      part.client = client
      part.value ??= value
      if (part.ballot === 0) prepare(node, part)
      else if (!part.proposed) proposeIfPromised(node, part)
    },

    Await(node, { instance }) {
      instanceFor(node, instance)
    },
  },

  lies: {
    Promise: (message, tell) => ({ ...message, accepted: tell(1, 2) === 1 ? message.accepted : null }),
    Accept: (message, tell) => ({ ...message, value: tell(message.value, 2) }),
    Accepted: (message, tell) => ({ ...message, value: tell(message.value, 2) }),
    Success: (message, tell) => ({ ...message, value: tell(message.value, 2) }),
  },
})

/**
 * True if the acceptor accepts a ballot: it has promised no higher one (P1a). If not, it sends a refusal (Paxos Made Simple
 * §2.3), or the outcome if it knows that.
 */
function mayAnswer(node: PaxosNode, part: Part, ballot: Ballot, proposer: NodeId): boolean {
  const { instance, promised, decided } = part.acceptor
  if (decided !== null) node.send(proposer, { type: "Success", instance, value: decided })
  else if (ballot < promised) node.send(proposer, { type: "Refused", instance, ballot: promised })
  else outbid(node, part, ballot)
  return decided === null && ballot >= promised
}

/** Phase 2b. With `learning: everyone` all nodes hear of it. */
function accept(node: PaxosNode, part: Part, proposal: Proposal): void {
  const { instance } = part
  const { ballot, value } = proposal
  record(node, part, { ...part.acceptor, promised: ballot, accepted: proposal })
  if (node.parameters.learning !== "everyone") return
  node.broadcast({ type: "Accepted", instance, ballot, value })
  countAcceptance(node, part, ballot, value, node.id)
}

/** Phase 1a: asks all acceptors to promise a new ballot. The node's own acceptor is asked without a message. */
function prepare(node: PaxosNode, part: Part): void {
  const { instance, acceptor } = part
  invariant(acceptor.decided === null, "nobody conducts a ballot once the outcome is known (§2.3)")
  part.ballot = (Math.floor(part.highest / node.size) + 1) * node.size + node.id
  invariant(part.ballot > acceptor.promised, "a new ballot is above all that its own acceptor has promised (§2.2)")
  invariant(part.ballot % node.size === node.id, "no two proposers share a ballot (§2.5)")
  part.highest = part.ballot
  part.promises = [node.id]
  part.reported = acceptor.accepted
  part.proposed = false
  const { retryAfter, backoff } = node.parameters
  retryIn(node, part, retryAfter + node.random(0, backoff))
  record(node, part, { ...acceptor, promised: part.ballot })
  node.broadcast({ type: "Prepare", instance, ballot: part.ballot })
  proposeIfPromised(node, part)
}

/**
 * Phase 2a, once a quorum of phase 1 has promised: proposes the value of the highest-numbered proposal among those reported, and
 * only if there is none the value it likes (P2c).
 */
function proposeIfPromised(node: PaxosNode, part: Part): void {
  if (part.promises.length < phase1Quorum(node)) return
  const value = part.reported === null ? part.value : part.reported.value
  if (value === null) return
  const { instance, ballot, acceptor } = part
  invariant(!part.proposed, "P2b (§2.2): a proposer issues one proposal in a ballot")
  invariant(part.reported === null || part.reported.ballot < ballot, "P2c (§2.2): reports are of lower ballots")
  invariant(
    (acceptor.accepted?.ballot ?? 0) <= (part.reported?.ballot ?? 0),
    "P2c (§2.2): what its own acceptor has accepted counts among the reports",
  )
  part.proposed = true
  // Phase 1 is over: promises that come now are not looked at.
  part.promises = []
  part.reported = null
  invariant(part.acceptor.promised === ballot, "a proposer whose own acceptor has promised a higher ballot is outbid")
  node.broadcast({ type: "Accept", instance, ballot, value })
  accept(node, part, { ballot, value })
  if (node.parameters.learning !== "everyone") countAcceptance(node, part, ballot, value, node.id)
  if (part.acceptor.decided !== null) endBallot(part)
}

/** Ends the node's ballot once the outcome is known: its state as a proposer is obsolete. */
function endBallot(part: Part): void {
  part.ballot = 0
  part.value = null
  part.promises = []
  part.reported = null
  part.proposed = false
}

/** Learner: a proposal that a quorum of phase 2 has accepted is chosen. */
function countAcceptance(node: PaxosNode, part: Part, ballot: Ballot, value: Value, acceptor: NodeId): void {
  if (part.acceptor.decided !== null || ballot < part.votedIn) return
  if (ballot > part.votedIn) {
    part.votedIn = ballot
    part.voters = [acceptor]
  } else if (!part.voters.includes(acceptor)) part.voters.push(acceptor)
  if (part.voters.length < phase2Quorum(node)) return
  invariant(part.voters.length <= node.size, "an acceptor accepts a proposal once (§2.2)")
  if (node.parameters.learning === "broadcast") node.broadcast({ type: "Success", instance: part.instance, value })
  learn(node, part, value)
}

function learn(node: PaxosNode, part: Part, value: Value): void {
  const { instance, acceptor, client } = part
  if (acceptor.decided !== null) return
  record(node, part, { ...acceptor, decided: value })
  close(node, part)
  part.highest = 0
  part.votedIn = 0
  part.voters = []
  if (part.proposed || part.ballot === 0) endBallot(part)
  node.report({ type: "decided", instance, value })
  if (client === null) return
  node.reply(client, { type: "Decision", instance, value })
  part.client = null
}

/** A higher ballot has begun. This node's own has lost; it retries after a random pause. */
function outbid(node: PaxosNode, part: Part, ballot: Ballot): void {
  if (ballot <= part.highest || part.acceptor.decided !== null) return
  invariant(ballot > part.ballot, "a ballot is given up for a higher one (§2.3)")
  part.highest = ballot
  if (part.ballot === 0) return
  part.ballot = 0
  part.promises = []
  part.reported = null
  part.proposed = false
  retryIn(node, part, node.random(0, node.parameters.backoff))
}

/** Of two proposals reported, the higher-numbered one. */
function higher(a: Proposal | null, b: Proposal | null): Proposal | null {
  if (a === null || b === null) return a ?? b
  return a.ballot >= b.ballot ? a : b
}
