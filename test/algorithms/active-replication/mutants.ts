// Mistakes that one could make where all replicas execute one order behind front ends: each a small change of the real source.
import type { Edit } from "../../support/mutants.ts"
import { LEFT_BEHIND, type Mutant } from "./trials.ts"

const COMMON = "algorithms/common/sequenced"

function edit(file: string, from: string, to: string): Edit {
  return { file: `${COMMON}/${file}`, from, to }
}

const AHEAD = "    if (survivor === null || survivor.executed <= state.executed) continue\n"

export const mutants: readonly Mutant[] = [
  // The order (Schneider §3)
  {
    name: "a replica executes a request before those that precede it",
    edits: [edit("order.ts", "const index = state.executed + 1\n    const next", "const index = Math.min(...state.ordered.keys())\n    const next")], // biome-ignore format: an edit
    caughtBy: "applied-once",
  },
  {
    name: "the sequencer answers before it has told the others",
    edits: [
      edit(
        "order.ts",
        '  node.broadcast({ type: "Order", epoch, index, command, frontEnd })\n  node.setTimer("heartbeat", node.parameters.heartbeatInterval)\n  state.ordered.set(index, { epoch, command, frontEnd })\n  executeOrdered(node, choose)\n',
        '  state.ordered.set(index, { epoch, command, frontEnd })\n  executeOrdered(node, choose)\n  node.broadcast({ type: "Order", epoch, index, command, frontEnd })\n  node.setTimer("heartbeat", node.parameters.heartbeatInterval)\n',
      ),
    ],
    caughtBy: "acknowledged-writes-kept",
  },
  {
    name: "every replica gives places in the order",
    edits: [edit("order.ts", "if (isSequencer(node)) order(", "if (true) order(")],
    caughtBy: "only the sequencer of an epoch gives places in its order",
  },
  {
    name: "a replica that is no sequencer keeps no request",
    edits: [edit("order.ts", "  else keepPending(node, { command, frontEnd })\n", "")],
    caughtBy: "requests were lost",
    trial: "patient",
  },
  // The voter (Schneider §4)
  {
    name: "f answers alike are enough",
    edits: [edit("voting.ts", "wrongOf(size) + 1", "wrongOf(size)")],
    caughtBy: "linearizable",
    trial: "wrong",
  },
  {
    name: "answers are alike if the operation was done",
    edits: [edit("voting.ts", "a.done === b.done && a.value === b.value", "a.done === b.done")],
    caughtBy: "applied-once",
    trial: "wrong",
  },
  {
    name: "the result is the first answer's, once f+1 have come",
    edits: [
      edit(
        "voting.ts",
        "answers.find(({ result }) => answers.filter(other => isSame(other.result, result)).length >= needed)?.result",
        "answers.length >= needed ? answers[0]?.result : undefined",
      ),
    ],
    caughtBy: "applied-once",
    trial: "wrong",
  },
  {
    name: "a replica counts as often as it answers",
    edits: [edit("front-end.ts", "  if (asked.answers.some(other => other.from === from)) return\n", "")],
    caughtBy: "applied-once",
    trial: "wrong",
  },
  {
    name: "an answer to an earlier request is taken for one to this",
    edits: [edit("front-end.ts", "asked === undefined || asked.command.sequence !== sequence", "asked === undefined")],
    caughtBy: "applied-once",
  },
  {
    name: "a front end keeps the answers to a request for the next one",
    edits: [edit("front-end.ts", "if (!isAgain) awaited.set(client, { command, answers: [] })", "if (!isAgain) awaited.set(client, { command, answers: awaited.get(client)?.answers ?? [] })"), edit("front-end.ts", "  awaited.delete(session)\n", "")], // biome-ignore format: an edit
    caughtBy: "applied-once",
  },
  // Take-over (Schneider §5.2)
  {
    name: "who takes over does not wait for answers",
    edits: [
      edit("take-over.ts", 'node.setTimer("collect", node.parameters.collectTime)', 'node.setTimer("collect", 0)'),
    ],
    caughtBy: "log-agreement",
  },
  {
    name: "who takes over goes by what it has executed itself",
    edits: [edit("take-over.ts", AHEAD, "    if (survivor === null || survivor.executed >= 0) continue\n")],
    caughtBy: "log-agreement",
  },
  {
    name: "a survivor that answers remains in its epoch",
    edits: [
      edit("take-over.ts", "  if (epoch > state.epoch) waitFor(node, epoch)\n  const isAhead", "  const isAhead"),
    ],
    caughtBy: "log-agreement",
  },
  {
    name: "survivors that are behind get nothing",
    edits: [edit("take-over.ts", "survivor !== null && survivor.executed < executed", "survivor === undefined")],
    caughtBy: LEFT_BEHIND,
  },
  {
    name: "what has waited is not ordered",
    edits: [edit("take-over.ts", "  for (const asked of waiting) order(node, asked, choose)\n", "")],
    caughtBy: "requests were lost",
    trial: "patient",
  },
  {
    name: "whoever takes over does so in the next epoch, whose ever it is",
    edits: [
      edit("take-over.ts", "state.epoch + 1 + ((id - ((state.epoch + 1) % size) + size) % size)", "state.epoch + 1"),
    ],
    caughtBy: "only the sequencer of an epoch gives places in its order",
  },
  {
    name: "nobody misses a sequencer whom it has heard of once",
    edits: [edit("order.ts", "  if (isInEpoch(node, epoch) && node.state.status !== \"joining\") awaitSequencer(node)\n", "  if (isInEpoch(node, epoch)) node.cancelTimer(\"suspect\")\n")], // biome-ignore format: an edit
    caughtBy: "no operation begun after",
  },
  // The return of a replica (Schneider §5.2.2)
  {
    name: "a replica that has lost its state takes part",
    edits: [
      {
        file: "algorithms/common/sequenced/either-order.ts",
        from: "? rejoin(node) : log.recover(node)",
        to: "? startUnder(node, 0) : log.recover(node)",
      },
    ],
    caughtBy: "log-agreement",
  },
  {
    name: "what is ordered while a replica joins is lost on it",
    edits: [
      edit("order.ts", '  if (state.status !== "joining") {\n', '  if (state.status === "joining") return\n  {\n'),
    ],
    caughtBy: LEFT_BEHIND,
  },
  {
    name: "a replica that joins begins at the end of the order without what came before",
    edits: [edit("status.ts", "  state.machine = copyOfMachine(machine)\n", "")],
    caughtBy: "applied-once",
  },
  {
    name: "an answer to a question of an earlier life counts",
    edits: [edit("take-over.ts", "nonce !== state.nonce", "nonce === null")],
    caughtBy: LEFT_BEHIND,
    trial: "late",
  },
  {
    name: "what an earlier sequencer has ordered is executed in a later epoch",
    edits: [edit("status.ts", "return epoch === state.epoch", "return epoch <= state.epoch"), edit("order.ts", "    invariant(next.epoch === state.epoch, \"a replica executes the order of one epoch at a time\")\n", "")], // biome-ignore format: an edit
    caughtBy: "log-agreement",
    trial: "late",
  },
]
