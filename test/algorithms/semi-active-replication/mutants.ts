// Mistakes planted on purpose in the decisions of the leader, and some of those that active replication has too: each is caught.
import { type Edit } from "../../support/mutants.ts"
import { mutants as shared } from "../active-replication/mutants.ts"
import { LEFT_BEHIND, type Mutant } from "../active-replication/trials.ts"

export const SEEDS = 300
export const ENTRY = "algorithms/semi-active-replication/semi-active-replication.ts"

function edit(from: string, to: string, file = ENTRY): Edit {
  return { file, from, to }
}

const TOLD = 'if (chosen !== undefined) node.broadcast({ type: "Decision", epoch, index, chosen })'

export const own: readonly Mutant[] = [
  {
    name: "every replica decides for itself",
    edits: [edit("if (isSequencer(node)) {", "if (true) {")],
    caughtBy: "same-choices",
  },
  {
    name: "the leader decides and tells nobody",
    edits: [edit(`    ${TOLD}\n`, "")],
    caughtBy: LEFT_BEHIND,
  },
  {
    name: "the leader tells another choice than it takes",
    edits: [edit("    return chosen\n", "    return chooseFor(state.machine, command, node)\n")],
    caughtBy: "same-choices",
  },
  {
    name: "the leader answers before it has told its decision",
    edits: [
      edit(TOLD, 'if (chosen !== undefined) node.send(node.id, { type: "Decision", epoch, index, chosen })'),
      edit(
        "  const { state } = node\n  if (!isInEpoch(node, epoch)) return\n",
        '  const { state } = node\n  if (isSequencer(node)) return node.broadcast({ type: "Decision", epoch, index, chosen })\n  if (!isInEpoch(node, epoch)) return\n',
      ),
    ],
    caughtBy: "same-choices",
  },
  {
    name: "a follower does not wait for the decision",
    edits: [
      edit("    if (isLeftToChance && chosen === undefined) return\n", "", "algorithms/common/sequenced/order.ts"),
    ],
    caughtBy: "applied-once",
  },
  {
    name: "a decision does not let a follower continue that waits for it",
    edits: [edit("  executeOrdered(node, choiceOfLeader)\n", "")],
    caughtBy: "same-choices",
  },
  {
    name: "a decision that comes before its order is lost",
    edits: [edit("  state.decided.set(index", "  if (!state.ordered.has(index)) return\n  state.decided.set(index")],
    caughtBy: "linearizable",
  },
  {
    name: "what is decided while a replica joins is lost on it",
    edits: [edit('if (state.status !== "joining" && index <= state.executed) return', 'if (state.status === "joining" || index <= state.executed) return')], // biome-ignore format: an edit
    caughtBy: LEFT_BEHIND,
  },
  {
    name: "the state of the leader lacks what was left to chance",
    edits: [
      edit(
        "  if (registers !== undefined) copy.registers = chanceRegisters.copy(registers)\n",
        "",
        "services/replicated-log/machine.ts",
      ),
    ],
    caughtBy: "registers differ",
  },
]

export const ALSO = [
  "a replica executes a request before those that precede it",
  "the sequencer answers before it has told the others",
  "who takes over does not wait for answers",
  "who takes over goes by what it has executed itself",
  "survivors that are behind get nothing",
  "what is ordered while a replica joins is lost on it",
]
export const mutants = [...own, ...shared.filter(({ name }) => ALSO.includes(name))]
