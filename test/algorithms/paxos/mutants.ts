/** Mistakes that one could make in Paxos, each a small change of its real source. */
import type { Edit } from "../../support/mutants.ts"

export interface Mutant extends Edit {
  readonly name: string
  /** The check that catches it, or how the assertion of the algorithm that does so begins. */
  readonly caughtBy: string
}

function mutant(name: string, caughtBy: string, from: string, to: string, file = "paxos.ts"): Mutant {
  return { name, caughtBy, file: `algorithms/paxos/${file}`, from, to }
}

export const mutants: readonly Mutant[] = [
  mutant(
    "an acceptor goes along with ballots below its promise",
    "a promise is on stable storage before it is given",
    "return decided === null && ballot >= promised",
    "return decided === null",
  ),
  mutant(
    "an acceptor accepts a proposal below its promise",
    "P1a (§2.2): an acceptor never takes a promise back",
    "mayAnswer(node, part, ballot, from)) return\n      const isNew = part",
    "(mayAnswer(node, part, ballot, from) || part.acceptor.decided === null)) return\n      const isNew = part",
  ),
  mutant(
    "an acceptor says that it has accepted what it has not",
    "an acceptance is on stable storage before it is sent",
    "      if (isNew) accept(node, part, { ballot, value })\n",
    "",
  ),
  mutant(
    "a proposer takes no account of its own acceptor",
    "P2c (§2.2): what its own acceptor has accepted counts",
    "  part.reported = acceptor.accepted\n",
    "  part.reported = null\n",
  ),
  mutant("an acceptor forgets in a crash", "agreement", "recall(disk)", "recall({ ...disk, journal: [] })"),
  mutant(
    "a proposer ignores the values reported to it",
    "agreement",
    "part.reported === null ? part.value : part.reported.value",
    "part.value ?? (part.reported === null ? null : part.reported.value)",
  ),
  mutant(
    "a proposer takes the value of the lowest-numbered proposal",
    "agreement",
    "return a.ballot >= b.ballot ? a : b",
    "return a.ballot < b.ballot ? a : b",
  ),
  mutant(
    "a proposer goes on with one promise too few",
    "agreement",
    "if (part.promises.length < phase1Quorum(node)) return",
    "if (part.promises.length < phase1Quorum(node) - 1) return",
  ),
  mutant(
    "a proposer counts promises of its former ballots",
    "agreement",
    "part.ballot !== ballot || part.proposed",
    "part.ballot === 0 || part.proposed",
  ),
  mutant(
    "a proposer counts an acceptor's promise as often as it comes",
    "agreement",
    " || part.promises.includes(from)",
    "",
  ),
  mutant(
    "a proposer does not ask its own acceptor for a promise",
    "a proposer whose own acceptor has promised a higher ballot is outbid",
    "record(node, part, { ...acceptor, promised: part.ballot })\n",
    "",
  ),
  mutant(
    "proposers share their ballots",
    "no two proposers share a ballot",
    "+ 1) * node.size + node.id",
    "+ 1) * node.size",
  ),
  mutant(
    "a learner learns from one acceptor too few",
    "agreement",
    "if (part.voters.length < phase2Quorum(node)) return",
    "if (part.voters.length < phase2Quorum(node) - 1) return",
  ),
  mutant(
    "a learner counts an acceptance as often as it comes",
    "agreement",
    "} else if (!part.voters.includes(acceptor)) part.voters.push(acceptor)",
    "} else part.voters.push(acceptor)",
  ),
  mutant(
    "a learner adds up acceptances of different ballots",
    "agreement",
    "    part.voters = [acceptor]\n",
    "    if (!part.voters.includes(acceptor)) part.voters.push(acceptor)\n",
  ),
  mutant(
    "a proposer makes up a value when it has none",
    "validity",
    "if (value === null) return\n  const",
    "if (value === null) return void (part.value = -1)\n  const",
  ),
]
