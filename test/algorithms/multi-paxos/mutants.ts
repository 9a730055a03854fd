// Mistakes that one could make in Multi-Paxos, each a small change of its real source.
import type { Edit } from "../../support/mutants.ts"

export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  /** The check that catches it, or how the assertion of the algorithm that does so begins. */
  readonly caughtBy: string
}

const FOLDER = "algorithms/multi-paxos"

function mutant(name: string, caughtBy: string, file: string, from: string, to: string): Mutant {
  return { name, caughtBy, edits: [{ file: `${FOLDER}/${file}`, from, to }] }
}

/** Random runs hardly ever meet the one course of events in which this does harm: it has a story of its own. */
export const forgetful: readonly Edit[] = [
  { file: `${FOLDER}/multi-paxos.ts`, from: "start(node) {", to: "start(node) { node.save({ promised: 0 });" },
]

export const mutants: readonly Mutant[] = [
  mutant(
    "an acceptor forgets in a crash what it has accepted",
    "log-agreement",
    "acceptor.ts",
    "of disk.journal)",
    "of disk.journal.slice(0, 0))",
  ),
  mutant(
    "an acceptor promises a ballot below one it has promised",
    "P1a (§2.2): what an acceptor has accepted it had promised",
    "multi-paxos.ts",
    "const isNew = ballot > node.disk.promised\n      if (!promise(node, ballot)) return refuse(node, from)",
    "const isNew = true\n      node.save({ promised: ballot })",
  ),
  mutant(
    "an acceptor accepts a proposal below its promise",
    "P1a (§2.2): it accepts in the highest ballot it has promised",
    "acceptor.ts",
    "if (!promise(node, proposal.ballot)) return false",
    "promise(node, proposal.ballot)",
  ),
  mutant(
    "an acceptor does not report what it has accepted",
    "log-agreement",
    "multi-paxos.ts",
    "const accepted = acceptedFrom(node, Math.max(firstUnchosen, node.state.learner.firstUnchosen))",
    "const accepted: Proposal[] = []",
  ),
  mutant(
    "an acceptor does not report what a snapshot stands for",
    "log-agreement",
    "multi-paxos.ts",
    "const chosen = historyFrom(node, firstUnchosen)",
    "const chosen = { snapshot: null, from: firstUnchosen, values: [] }",
  ),
  mutant(
    "a proposer ignores the values reported to it",
    "log-agreement",
    "proposer.ts",
    "at(proposer.reported, proposer.next)?.value ?? null",
    "null",
  ),
  mutant(
    "a proposer takes the value of the lowest-numbered proposal",
    "log-agreement",
    "proposer.ts",
    "proposal.ballot > known.ballot",
    "proposal.ballot < known.ballot",
  ),
  mutant(
    "a proposer goes on with one promise too few",
    "log-agreement",
    "proposer.ts",
    'import { phase1Quorum, phase2Quorum } from "../common/flexible-quorums.ts"',
    "const [phase1Quorum, phase2Quorum] = [({ size }: PaxosNode) => Math.floor(size / 2), ({ size }: PaxosNode) => size]",
  ),
  mutant(
    "a proposer counts promises of its former ballots",
    "log-agreement",
    "proposer.ts",
    'proposer.role !== "candidate" || message.ballot !== proposer.ballot ||',
    'proposer.role !== "candidate" ||',
  ),
  mutant(
    "a proposer counts an acceptor's promise as often as it comes",
    "log-agreement",
    "proposer.ts",
    "message.ballot !== proposer.ballot || proposer.promises.includes(from)) return",
    "message.ballot !== proposer.ballot) return",
  ),
  mutant(
    "proposers share their ballots",
    "no two proposers share a ballot",
    "types.ts",
    "(Math.floor(ballot / size) + 1) * size + id",
    "(Math.floor(ballot / size) + 1) * size",
  ),
  mutant(
    "a proposer uses a ballot again after a crash",
    "a candidate's own acceptor has promised its ballot",
    "proposer.ts",
    "  promise(node, proposer.ballot)\n",
    "",
  ),
  mutant(
    "a learner learns from one acceptor too few",
    "log-agreement",
    "learner.ts",
    "votes.voters.length < phase2Quorum(node)",
    "votes.voters.length < phase2Quorum(node) - 1",
  ),
  mutant(
    "a learner counts an acceptance as often as it comes",
    "log-agreement",
    "learner.ts",
    "votes.ballot === ballot && !votes.voters.includes(acceptor)",
    "votes.ballot === ballot",
  ),
  mutant(
    "a learner adds up acceptances of different ballots",
    "log-agreement",
    "learner.ts",
    "} else if (votes.ballot === ballot && ",
    "} else if (",
  ),
  mutant(
    "a learner takes any proposal it has accepted for the leader's (log matching, which Paxos has not)",
    "log-agreement",
    "learner.ts",
    "if (proposal === undefined || proposal.ballot !== ballot) return\n",
    "if (proposal === undefined) return\n",
  ),
  mutant(
    "a learner executes what is chosen without waiting for what comes before",
    "commands are executed in the order of their slots",
    "learner.ts",
    "if (slot === learner.firstUnchosen) executeChosen(node)",
    "executeSlot(node, slot, value)\n  while (at(learner.chosen, learner.firstUnchosen) !== undefined) learner.firstUnchosen++",
  ),
  mutant(
    "a leader goes on when it is told of a higher ballot",
    "a leader that its own acceptor has given up stops proposing",
    "leader.ts",
    "  outbid(node, ballot)\n  believe(",
    "  believe(",
  ),
  mutant(
    "a leader answers its client before the command is chosen",
    "linearizable",
    "proposer.ts",
    "  acknowledge(node, proposal.ballot, proposal.slot)\n",
    `  if (value !== null) {
      const result = { done: true, value: null }
      node.reply(value.session, { type: "Result", sequence: value.sequence, result })
    }
    acknowledge(node, proposal.ballot, proposal.slot)\n`,
  ),
  mutant(
    "a snapshot drops an acceptance that it does not cover",
    "an acceptance is on stable storage before it is sent",
    "snapshot.ts",
    "dropBelow(acceptor.accepted, snapshot.next)",
    "dropBelow(acceptor.accepted, snapshot.next + 1)",
  ),
]

function quorumMutant(name: string, caughtBy: string, from: string, to: string): Mutant {
  return { name, caughtBy, edits: [{ file: "algorithms/common/flexible-quorums.ts", from, to }] }
}

const IMPORT = 'import { phase1Quorum, phase2Quorum } from "../common/flexible-quorums.ts"'

/** Mistakes about the sizes of quorums, caught in runs whose quorums are no majorities. */
export const quorumMutants: readonly Mutant[] = [
  mutant(
    "a proposer takes a quorum of phase 2 for one of phase 1",
    "log-agreement",
    "proposer.ts",
    IMPORT,
    'import { phase2Quorum } from "../common/flexible-quorums.ts"\nconst phase1Quorum = phase2Quorum',
  ),
  mutant(
    "a proposer goes on with a majority, however small the quorums of phase 2",
    "log-agreement",
    "proposer.ts",
    IMPORT,
    'import { phase2Quorum } from "../common/flexible-quorums.ts"\n' +
      'import { majority } from "../common/quorum.ts"\n' +
      "const phase1Quorum = ({ size }: PaxosNode) => majority(size)",
  ),
  mutant(
    "a learner takes a quorum of phase 1 for one of phase 2",
    "log-agreement",
    "learner.ts",
    "import { phase2Quorum }",
    "import { phase1Quorum as phase2Quorum }",
  ),
  mutant(
    "a learner takes what a majority has accepted for chosen, however small the quorums of phase 1",
    "log-agreement",
    "learner.ts",
    'import { phase2Quorum } from "../common/flexible-quorums.ts"',
    'import { majority } from "../common/quorum.ts"\nconst phase2Quorum = ({ size }: PaxosNode) => majority(size)',
  ),
  quorumMutant(
    "the size that is not given leaves quorums of which some do not meet",
    "log-agreement",
    "size - other + 1",
    "size - other",
  ),
  quorumMutant(
    "the size that is not given is a majority",
    "log-agreement",
    "return other > 0 ? size - other + 1 : majority(size)",
    "return majority(size)",
  ),
]

/** Mistakes that make no run unsafe, and by which of its behaviours each is seen. */
export const slackMutants: readonly Mutant[] = [
  mutant(
    "a leader stands down when it reaches no majority, however small the quorums of phase 2",
    "leads on",
    "leader.ts",
    'import { phase2Quorum } from "../common/flexible-quorums.ts"',
    'import { majority } from "../common/quorum.ts"\nconst phase2Quorum = ({ size }: PaxosNode) => majority(size)',
  ),
  mutant(
    "a thrifty leader asks a majority, however small the quorums of phase 2",
    "messages",
    "proposer.ts",
    ".slice(0, phase2Quorum(node) - 1)",
    ".slice(0, Math.floor(node.size / 2))",
  ),
  mutant(
    "a learner waits for a majority, however small the quorums of phase 2",
    "commits",
    "learner.ts",
    'import { phase2Quorum } from "../common/flexible-quorums.ts"',
    'import { majority } from "../common/quorum.ts"\nconst phase2Quorum = ({ size }: PaxosNode) => majority(size)',
  ),
]
