/**
 * Sharded groups: the key space is cut into shards, each served by one of many groups, and every group is a replicated log
 * of its own; the parameter `log` names the algorithm. A controller, itself such a group, numbers the configurations: the
 * maps from shards to groups (as in Spanner, Corbett et al. 2012, and the sharded stores after it).
 *
 * | part                          | file           |
 * |-------------------------------|----------------|
 * | which nodes are in which group | parameters.ts  |
 * | requests of clients           | requests.ts    |
 * | moves of shards               | moves.ts       |
 * | transactions                  | transactions.ts, participants.ts |
 * | messages between groups       | post.ts        |
 */
import { algorithm, type Algorithm, type ClientId, type Release } from "../../runtime/contract/algorithm.ts"
import { hosted } from "../../runtime/contract/composition/composition.ts"
import { isApplied, isBelief, isLogReply } from "../../services/replicated-log/shape.ts"
import { shardedStore } from "../../services/sharded-store/service.ts"
import { isInnerUnsafe } from "../common/inner-log.ts"
import {
  handleAnswered,
  handleChunk,
  handleChunkAck,
  handleInstalled,
  handleLeads,
  handleMove,
  handleOwned,
  retryTimedOut,
} from "./moves.ts"
import {
  allGroups,
  conflict,
  CONTROLLER,
  declared,
  IN_CHAINS,
  membersOf,
  type ShardedParameters,
} from "./parameters.ts"
import { handleDecision, handlePrepare } from "./participants.ts"
import { handleChangeGroups, handleCommand, handleMoveShard, handleReply } from "./requests.ts"
import { theory } from "./theory.ts"
import {
  handleOutcome,
  handleTransact,
  handleTransactionAck,
  handleVote,
  resendDecisions,
  watchTimedOut,
} from "./transactions.ts"
import type { Logs, Player, ShardedGroups, State } from "./types.ts"

/** Sharded groups over logs of these algorithms. */
export function shardedGroups(among: readonly Algorithm[]): Algorithm<ShardedGroups> {
  const chain = among.find(({ roles = {} }) => "master" in roles)?.name ?? "none"
  const logs: Logs = hosted<Player, "log">({
    name: "log",
    among,
    chosen: parameters => String(Reflect.get(parameters, "log")),
    instances: true,
    members: (self, group) => membersOf({ size: self.size, parameters: placesIn(self.parameters) }, group),
    role: ({ size }) => [size],
    settings: ({ parameters }) => (Reflect.get(parameters, "log") === chain ? IN_CHAINS : {}),
    state: (state, group) => Reflect.get(state, "logs")[group],
    reply(node, client: ClientId, reply: object, group: number, release?: Release) {
      if (isLogReply(reply) && "reply" in node) handleReply(logs, node, client, reply, group, release)
    },
    report(node, fact, group, release) {
      if (!("report" in node)) return
      if (isApplied(fact)) {
        const { index, command } = fact
        node.report({ type: "executed", group, index, command }, release)
      } else if (isBelief(fact)) {
        const leader = fact.leader === null ? null : logs.processOf(node, fact.leader, group)
        node.state.leaders[group] = leader
        node.state.leads[group] = leader === node.id
        if (group === CONTROLLER) node.report({ ...fact, leader }, release)
        node.report({ type: "office", office: officeOf(group), holder: leader, epoch: fact.epoch }, release)
        if (leader === node.id) node.send(node.id, { type: "Leads", group })
      }
    },
  })
  return algorithm<ShardedGroups>({
    name: "sharded-groups",
    title: "Sharded groups",
    source: "Corbett et al. 2012, Spanner: Google's Globally-Distributed Database, OSDI; Ongaro and Ousterhout 2014 §8",
    summary:
      "Many groups share one key space, each with a replicated log of its own; a controller, which is a group too, has shards " +
      "move from one to another.",
    tolerates: { faults: "crash", of: n => (n < 3 ? 0 : 1) },
    offices: OFFICES,
    colour: "#7A5C00",
    theory,
    serves: [shardedStore],
    parameters: declared(among),
    conflict: (parameters, nodes) => conflict(among, parameters, nodes),
    isUnsafe: parameters => isInnerUnsafe(among, parameters, "log", parameters.replicas),
    disk: self => Object.assign({ decisions: [] }, ...ownGroups(self).map(group => logs.disk(self, group))),
    state(self): State {
      const groups = allGroups(self)
      return {
        logs: groups.map(group => (logs.isIn(self, group) ? logs.state(self, group) : null)),
        leads: groups.map(() => false),
        leaders: groups.map(() => null),
        sequence: 0,
        map: null,
        leaving: new Map(),
        coming: new Map(),
        coordinated: new Map(),
        announcing: new Map(),
        done: [],
        doubts: new Map(),
        isWatching: false,
      }
    },
    start(node) {
      for (const group of ownGroups(node)) logs.start(node, group)
    },
    recover(node) {
      for (const group of ownGroups(node)) logs.recover(node, group)
      resendDecisions(node)
    },
    begins: {
      problem: ({ leader, logs: initial }, { log, replicas }) => {
        if (leader !== null && leader > 0 && log === chain)
          return { about: "leader", message: "a chain begins in the order of its nodes: the head is number 0" }
        if (leader !== null && leader >= replicas)
          return {
            about: "leader",
            message: `each group begins under its node of that number: a group has ${replicas}`,
          }
        const isEmpty = initial.every(({ length }) => length === 0)
        return isEmpty ? undefined : { about: "initial", message: "each group has a log of its own: they begin empty" }
      },
      disk(self, beginning) {
        return Object.assign({ decisions: [] }, ...ownGroups(self).map(group => logs.disk(self, group, beginning)))
      },
      start(node, leader, beginning) {
        for (const group of allGroups(node)) node.state.leaders[group] = membersOf(node, group)[leader]!
        for (const group of ownGroups(node)) logs.begin(node, beginning, group)
      },
    },
    receive: {
      ...logs.receive,
      Move: (node, message, from) => handleMove(logs, node, message, from),
      Chunk: (node, message, from) => handleChunk(logs, node, message, from),
      ChunkAck: handleChunkAck,
      Installed: (node, message, from) => handleInstalled(logs, node, message, from),
      Owned: (node, message, from) => handleOwned(logs, node, message, from),
      Prepare: (node, message, from) => handlePrepare(logs, node, message, from),
      Vote: (node, message) => handleVote(logs, node, message),
      Decision: (node, message, from) => handleDecision(logs, node, message, from),
      TransactionAck: handleTransactionAck,
      Outcome: (node, message, from) => handleOutcome(logs, node, message, from),
      Leads: (node, { group }) => handleLeads(logs, node, group),
      Answered: (node, { group, answer }) => handleAnswered(logs, node, group, answer),
    },
    timeout: { ...logs.timeout, retry: node => retryTimedOut(logs, node), transactions: watchTimedOut },
    answers: logs.answers,
    request: {
      Command: (node, command, client) => handleCommand(logs, node, command, client),
      Transact: (node, request, client) => handleTransact(logs, node, request, client),
      MoveShard: (node, request, client) => handleMoveShard(logs, node, request, client),
      JoinGroup: (node, request, client) => handleChangeGroups(logs, node, request, client),
      LeaveGroup: (node, request, client) => handleChangeGroups(logs, node, request, client),
    },
    roles: {
      master: {
        doc: "detects failures in every group, where groups are chains, and says who is in its chain",
        count: { parameter: "log", is: chain },
        disk: self => Object.assign({}, ...allGroups(self).map(group => logs.disk(self, group))),
        state: self => ({ logs: allGroups(self).map(group => logs.state(self, group)) }),
        start(node) {
          for (const group of allGroups(node)) logs.start(node, group)
        },
        receive: logs.receive,
        timeout: logs.timeout,
      },
    },
    standing({ state }) {
      const led = state.leads.flatMap((isLed, group) => (isLed ? [officeOf(group)] : []))
      return { role: led.length === 0 ? "follower" : led.join(", "), rank: led.length === 0 ? 0 : 2, epoch: null }
    },
  })
}

function ownGroups(self: { readonly id: number; readonly size: number; readonly parameters: ShardedParameters }) {
  return allGroups(self).filter(group => membersOf(self, group).includes(self.id))
}

const MAX_GROUPS = 64
const OFFICES = Array.from({ length: MAX_GROUPS + 1 }, (_, group) => officeOf(group))

/** The office of a group's leader. */
function officeOf(group: number): string {
  return group === CONTROLLER ? "controller" : `group-${group}`
}

function placesIn(parameters: object): Pick<ShardedParameters, "groups" | "replicas"> {
  return { groups: Number(Reflect.get(parameters, "groups")), replicas: Number(Reflect.get(parameters, "replicas")) }
}
