/**
 * The smallest composition: a shell that serves a replicated log and leaves all of it to an algorithm that it hosts. Whatever
 * that does alone it does in the shell, message by message.
 */
import { chainReplication } from "../../algorithms/chain-replication/chain-replication.ts"
import { multiPaxos } from "../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../algorithms/raft/raft.ts"
import { viewstampedReplication } from "../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import {
  algorithm,
  type Algorithm,
  type ClientId,
  type Node,
  type Release,
  type RoleNode,
  type Shape,
  type Tagged,
} from "../../runtime/contract/algorithm.ts"
import {
  type Carried,
  type CarriedDisk,
  type CarriedTimer,
  type HostNode,
  hosted,
  parametersOf,
} from "../../runtime/contract/composition/composition.ts"
import { choice } from "../../runtime/contract/parameters.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import type { Administration } from "../../services/replicated-log/administration.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import {
  isApplied,
  isBelief,
  isLockGranted,
  isLogReply,
  isOffice,
  isRestored,
  type ReplicatedLog,
} from "../../services/replicated-log/shape.ts"

interface ShellParts {
  readonly disk: CarriedDisk<"log">
  readonly state: { readonly log: object }
  readonly message: Carried<"log">
  readonly timer: CarriedTimer<"log">
}

interface Shell extends Shape {
  readonly disk: ShellParts["disk"]
  readonly state: ShellParts["state"]
  readonly message: ShellParts["message"]
  readonly timer: ShellParts["timer"]
  readonly parameters: { readonly log: string }
  readonly service: ReplicatedLog | Administration
  readonly roles: { readonly master: ShellParts }
}

type ShellNode = Node<Shell>
type Player = ShellNode | RoleNode<Shell, "master">

const LOGS = [raft, multiPaxos, viewstampedReplication, chainReplication]

/** The names of the algorithms that a shell hosts. */
export const SHELLED = LOGS.map(({ name }) => name)

const log = hosted<Player & HostNode, "log">({
  name: "log",
  among: LOGS,
  chosen: parameters => String(Reflect.get(parameters, "log")),
  members: ({ size }) => Array.from({ length: size }, (_, id) => id),
  role: ({ size }) => [size],
  state: state => Reflect.get(state, "log"),
  reply: (node, client: ClientId, reply: object, _, release?: Release) => {
    if (!("reply" in node) || !(isLogReply(reply) || isLockGranted(reply))) throw new Error("not a reply of a log")
    node.reply(client, reply, release)
  },
  report: (node, fact: Tagged, _, release?: Release) => {
    const isOfLog = isApplied(fact) || isBelief(fact) || isRestored(fact) || isOffice(fact)
    if (!("report" in node) || !isOfLog) throw new Error("not a fact of a log")
    node.report(fact, release)
  },
})

const ask = (node: ShellNode, request: Tagged, client: ClientId): void => log.request(node, request, client)

export const shell: Algorithm<Shell> = algorithm<Shell>({
  name: "shell",
  title: "Shell",
  source: "none",
  summary: "Leaves everything to the algorithm that it hosts.",
  tolerates: { faults: "crash", of: () => 0 },
  serves: [replicatedLog],
  parameters: { log: choice(SHELLED, "raft", "The algorithm that it hosts."), ...parametersOf(LOGS) },
  disk: self => log.disk(self),
  state: self => ({ log: log.state(self) }),
  start: node => log.start(node),
  recover: node => log.recover(node),
  begins: {
    disk: (self, beginning) => log.disk(self, 0, beginning),
    start: (node, _, beginning) => log.begin(node, beginning),
  },
  receive: log.receive,
  timeout: log.timeout,
  answers: log.answers,
  request: { Command: ask, ChangeMembership: ask, TransferLeadership: ask },
  roles: {
    master: {
      doc: "plays the master of a chain",
      count: 1,
      disk: self => (self.parameters.log === chainReplication.name ? log.disk(self) : {}),
      state: self => ({ log: self.parameters.log === chainReplication.name ? log.state(self) : {} }),
      start: node => {
        if (node.parameters.log === chainReplication.name) log.start(node)
      },
      receive: log.receive,
      timeout: log.timeout,
    },
  },
})

/** The same scenario with its algorithm in a shell. */
export function shelled(scenario: Scenario): Scenario {
  return { ...scenario, algorithm: shell, parameters: parametersInShell(scenario.algorithm, scenario.parameters) }
}

/** The parameters of a shell that hosts an algorithm with its own. */
export function parametersInShell(own: Algorithm, parameters: object): Shell["parameters"] {
  const names = Object.keys(parametersOf([own]))
  const entries = Object.keys(own.parameters).map((name, i) => [names[i]!, Reflect.get(parameters, name)] as const)
  return { log: own.name, ...Object.fromEntries(entries) }
}
