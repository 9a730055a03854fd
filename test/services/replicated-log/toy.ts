/**
 * A replicated log without any consensus, for tests of the service: node 0 orders all commands and tells the others.
 * Right as long as no node fails; and a set of bugs, each of which breaks one promise of the service.
 */
import { type Algorithm, algorithm, type ClientId, type Node } from "../../../runtime/contract/algorithm.ts"
import { emptyMachine, execute, type Machine } from "../../../services/replicated-log/machine.ts"
import type { Command, Result } from "../../../services/replicated-log/command.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import type { ReplicatedLog } from "../../../services/replicated-log/shape.ts"

export type Bug =
  | "none"
  /** Followers answer reads from their own machines. */
  | "stale reads"
  /** A retried command is executed again. */
  | "no sessions"
  /** Node 2 executes every tenth command as if it were none. */
  | "diverging"
  /** Node 1 believes to lead as well, in the same term. */
  | "two leaders"
  /** Node 0 answers every tenth write without executing it. */
  | "forgetful"
  /** Node 2 leaves out every tenth entry. */
  | "gaps"
  /** Node 0 executes every tenth command with another value. */
  | "altering"
  /** No node answers at all. */
  | "silent"
  /** Every node says that it knows no leader. */
  | "leaderless"

interface Toy {
  readonly parameters: object
  readonly disk: object
  readonly state: { machine: Machine; length: number }
  readonly message: { readonly type: "Entry"; readonly index: number; readonly command: Command }
  readonly timer: never
  readonly service: ReplicatedLog
}

export function toyLog(bug: Bug = "none"): Algorithm<Toy> {
  return algorithm<Toy>({
    name: "toy-log",
    title: "Toy log",
    source: "none",
    summary: "Node 0 orders all commands.",
    tolerates: { faults: "none", of: () => 0 },
    serves: [replicatedLog],
    parameters: {},
    disk: () => ({}),
    state: () => ({ machine: emptyMachine(), length: 0 }),
    start(node) {
      const leader = bug === "two leaders" && node.id === 1 ? 1 : 0
      node.report({ type: "believes", leader, epoch: 1 })
    },
    receive: {
      Entry(node, { index, command }) {
        if (bug === "gaps" && node.id === 2 && index % 10 === 0) return
        const isLost = bug === "diverging" && node.id === 2 && index % 10 === 0
        if (!isLost) execute(node.state.machine, command)
        node.report({ type: "applied", index, command: isLost ? null : command })
      },
    },
    timeout: {},
    request: {
      Command(node, command, client) {
        const { sequence } = command
        if (bug === "silent") return
        if (bug === "leaderless") return node.reply(client, { type: "Redirect", sequence, leader: null })
        if (bug === "stale reads" && command.operation.op === "get") return answer(node, client, command)
        if (node.id !== 0) return node.reply(client, { type: "Redirect", sequence, leader: 0 })
        lead(node, client, command, bug)
      },
    },
  })
}

function lead(node: Node<Toy>, client: ClientId, command: Command, bug: Bug): void {
  const { state } = node
  const { sequence, operation } = command
  const isTenth = sequence % 10 === 0
  if (bug === "forgetful" && isTenth && operation.op === "put") {
    return node.reply(client, { type: "Result", sequence, result: { done: true, value: null } })
  }
  if (bug === "no sessions") state.machine.sessions.length = 0
  else if (sequence <= (state.machine.sessions[client]?.sequence ?? 0)) return answer(node, client, command)
  const isAltered = bug === "altering" && isTenth && operation.op === "put"
  const entry = isAltered ? { ...command, operation: { ...operation, value: "altered" } } : command
  const index = ++state.length
  const result = execute(state.machine, entry)
  node.report({ type: "applied", index, command: entry })
  node.broadcast({ type: "Entry", index, command: entry })
  reply(node, client, sequence, result)
}

/** Answers from the machine, without the log. */
function answer(node: Node<Toy>, client: ClientId, command: Command): void {
  const { machine } = node.state
  const last = machine.sessions[client]
  if (last?.sequence === command.sequence) return reply(node, client, command.sequence, last.result)
  reply(node, client, command.sequence, { done: true, value: machine.values.get(command.operation.key) ?? null })
}

function reply(node: Node<Toy>, client: ClientId, sequence: number, result: Result): void {
  node.reply(client, { type: "Result", sequence, result })
}
