/**
 * Chain replication as a student may write it. Unlike the workbench's, servers keep all updates in a log, a server asks its new
 * predecessor itself for what it lacks, and one that joins is linked first and gets everything then.
 */
import {
  algorithm,
  type Command,
  duration,
  emptyMachine,
  execute,
  type Machine,
  type Node,
  type NodeId,
  type ParameterValues,
  type ReplicatedLog,
  replicatedLog,
  type RoleNode,
} from "quorate"

const parameters = {
  heartbeatInterval: duration("max(75ms, 5d)", "Servers tell the master this often that they live.", { min: 1 }),
  detectionTimeout: duration("max(300ms, 20d)", "Who has not been heard of for this long is dead.", { min: 1 }),
  lease: duration("max(225ms, 15d)", "How long a server may answer queries after a heartbeat.", { min: 1 }),
}

/** A server since it last began with nothing. */
interface Member {
  readonly id: NodeId
  readonly life: number
}

interface Chain {
  readonly number: number
  readonly members: readonly Member[]
}

type Message =
  | { readonly type: "Chain"; readonly chain: Chain }
  | { readonly type: "Granted"; readonly sentAt: number }
  /** To the predecessor: what a server has, and what it knows to be at the tail. */
  | { readonly type: "Have"; readonly chain: number; readonly count: number; readonly committed: number }
  | { readonly type: "Update"; readonly chain: number; readonly first: number; readonly commands: readonly Command[] }

interface Heartbeat {
  readonly type: "Heartbeat"
  readonly life: number
  readonly chain: number
  readonly isComplete: boolean
  readonly sentAt: number
}

interface ChainReplication {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: {
    life: number
    chain: Chain
    /** The chain in which its present predecessor became that. */
    since: number
    /** It has had all that the chain had. */
    isComplete: boolean
    log: Command[]
    committed: number
    machine: Machine
    /** What its successor has; -1: it has not said. */
    successorHas: number
    readonly again: Set<number>
    leaseUntil: number
  }
  readonly message: Message
  readonly timer: "beat"
  readonly service: ReplicatedLog
  readonly roles: {
    readonly master: {
      /** `lives`: of each server, the first that has not been removed. */
      readonly disk: { readonly chain: Chain | null; readonly lives: readonly number[] }
      readonly state: { readonly isSilent: boolean[]; readonly lives: number[]; readonly isComplete: boolean[] }
      readonly message: Heartbeat
      readonly timer: "silence"
    }
  }
}

type Self = Node<ChainReplication>
type Master = RoleNode<ChainReplication, "master">

function firstChain(size: number): Chain {
  return { number: 1, members: Array.from({ length: size }, (_, id) => ({ id, life: 0 })) }
}

export const solution = algorithm<ChainReplication>({
  name: "my-chain-replication",
  title: "My chain replication",
  source: "van Renesse and Schneider 2004",
  summary: "Updates go down a chain, queries to its tail.",
  tolerates: { faults: "crash", of: n => n - 1 },
  assumes: { storage: "none" },
  offices: ["head", "middle", "tail"],
  serves: [replicatedLog],
  parameters,

  disk: () => ({}),
  state: () => ({
    life: 0,
    chain: { number: 0, members: [] },
    since: 0,
    isComplete: false,
    log: [],
    committed: 0,
    machine: emptyMachine(),
    successorHas: -1,
    again: new Set(),
    leaseUntil: 0,
  }),

  start(node) {
    node.state.chain = firstChain(node.size)
    node.state.isComplete = true
    node.state.successorHas = 0
    reportChain(node)
    beat(node)
  },

  recover(node) {
    node.state.life = node.now() + 1
    node.report({ type: "believes", leader: null, epoch: 0 })
    beat(node)
  },

  receive: {
    Chain(node, { chain }) {
      if (chain.number > node.state.chain.number) enter(node, chain)
    },

    Granted(node, { sentAt }) {
      node.state.leaseUntil = Math.max(node.state.leaseUntil, sentAt + node.parameters.lease)
    },

    Have(node, { chain, count, committed }, from) {
      const { state } = node
      if (neighbour(node, 1)?.id !== from || chain !== state.chain.number || !state.isComplete) return
      const isStuck = count === state.successorHas && count < state.log.length
      const isNew = state.successorHas < 0
      state.successorHas = count
      if (isNew || isStuck) forward(node, from, count + 1)
      commit(node, Math.min(committed, state.log.length))
    },

    Update(node, { chain, first, commands }, from) {
      const { state } = node
      if (neighbour(node, -1)?.id !== from || chain < state.since) return
      if (first > state.log.length + 1) return
      const fresh = commands.slice(state.log.length + 1 - first)
      state.log.push(...fresh)
      const wasComplete = state.isComplete
      state.isComplete = true
      advance(node, state.log.length - fresh.length + 1)
      if (!wasComplete) heartbeat(node)
    },
  },

  timeout: {
    beat(node) {
      beat(node)
    },
  },

  request: {
    Command(node, command, client) {
      const { state } = node
      const { session, sequence, operation } = command
      const isQuery = operation.op === "get"
      const mayAnswer = isQuery
        ? isTail(node) && !node.isOver(state.leaseUntil)
        : state.chain.members[0]?.id === node.id && isMember(node)
      if (!mayAnswer) {
        const asked = (isQuery ? state.chain.members.at(-1) : state.chain.members[0])?.id ?? null
        return node.reply(client, {
          type: "Redirect",
          sequence,
          leader: asked === node.id ? null : asked,
          ...whomToAsk(node),
        })
      }
      if (isQuery) {
        const result = { done: true, value: state.machine.values.get(operation.key) ?? null }
        return node.reply(client, { type: "Result", sequence, result, ...whomToAsk(node) })
      }
      if (sequence <= (state.machine.sessions[session]?.sequence ?? 0)) {
        return node.reply(client, {
          type: "Result",
          sequence,
          result: execute(state.machine, command),
          ...whomToAsk(node),
        })
      }
      if (state.log.slice(state.committed).some(other => other.session === session && other.sequence === sequence)) {
        state.again.add(session)
        return
      }
      state.log.push(command)
      advance(node, state.log.length)
    },
  },

  roles: {
    master: {
      doc: "says who is in the chain",
      count: 1,
      disk: ({ size }) => ({ chain: null, lives: Array<number>(size).fill(0) }),
      state: ({ size, disk }) => ({
        isSilent: Array<boolean>(size).fill(false),
        lives: [...disk.lives],
        isComplete: Array<boolean>(size).fill(false),
      }),
      start(master) {
        if (master.disk.chain === null) master.save({ chain: firstChain(master.size) })
        for (const id of master.peers) master.setTimer("silence", master.parameters.detectionTimeout, id)
      },
      receive: {
        Heartbeat(master, { life, chain: number, isComplete, sentAt }, from) {
          const { state } = master
          if (life < state.lives[from]!) return master.send(from, { type: "Chain", chain: master.disk.chain! })
          state.lives[from] = life
          state.isSilent[from] = false
          state.isComplete[from] = isComplete
          master.setTimer("silence", master.parameters.detectionTimeout, from)
          removeDead(master)
          const chain = master.disk.chain!
          if (chain.members.some(({ id }) => id === from)) {
            const isIn = chain.members.some(member => member.id === from && member.life === life)
            if (isIn) master.send(from, { type: "Granted", sentAt }, "heartbeat")
          } else link(master, { number: chain.number + 1, members: [...chain.members, { id: from, life }] })
          if (number < master.disk.chain!.number) master.send(from, { type: "Chain", chain: master.disk.chain! })
        },
      },
      timeout: {
        silence(master, id = 0) {
          master.state.isSilent[id] = true
          removeDead(master)
        },
      },
    },
  },
})

// --- Servers ---------------------------------------------------------------------------------------------------------

function placeOf({ id, state: { chain, life } }: Self): number {
  return chain.members.findIndex(member => member.id === id && member.life === life)
}

function isMember(node: Self): boolean {
  return placeOf(node) >= 0
}

/** -1: its predecessor; 1: its successor. */
function neighbour(node: Self, step: number): Member | undefined {
  const place = placeOf(node)
  return place < 0 ? undefined : node.state.chain.members[place + step]
}

function isTail(node: Self): boolean {
  return isMember(node) && node.state.isComplete && neighbour(node, 1) === undefined
}

function whomToAsk({ state: { chain } }: Self) {
  const [head] = chain.members
  return head === undefined ? {} : { ask: { updates: head.id, queries: [chain.members.at(-1)!.id] } }
}

function enter(node: Self, chain: Chain): void {
  const { state } = node
  const wasMember = isMember(node)
  const before = neighbour(node, -1)
  const behind = neighbour(node, 1)
  state.chain = chain
  reportChain(node)
  if (!isMember(node)) {
    if (wasMember) forget(node)
    return
  }
  if (!isSame(before, neighbour(node, -1)) || !wasMember) state.since = chain.number
  if (!isSame(behind, neighbour(node, 1)) || !wasMember) state.successorHas = -1
  if (isTail(node)) advance(node, state.log.length + 1)
  sayHave(node)
}

function isSame(a: Member | undefined, b: Member | undefined): boolean {
  return a?.id === b?.id && a?.life === b?.life
}

/** Removed, though it lives: what it has may have taken another course. */
function forget(node: Self): void {
  const { state } = node
  state.life = Math.max(state.life, node.now()) + 1
  state.isComplete = false
  state.log = []
  state.committed = 0
  state.machine = emptyMachine()
  state.successorHas = -1
  state.again.clear()
  node.report({ type: "restored", index: 0 })
  heartbeat(node)
}

function beat(node: Self): void {
  heartbeat(node)
  sayHave(node)
  node.setTimer("beat", node.parameters.heartbeatInterval)
}

function heartbeat(node: Self): void {
  const { life, chain, isComplete } = node.state
  node.send(
    node.role("master")[0]!,
    { type: "Heartbeat", life, chain: chain.number, isComplete, sentAt: node.now() },
    "heartbeat",
  )
}

function sayHave(node: Self): void {
  const { chain, log, committed } = node.state
  const before = neighbour(node, -1)
  if (before !== undefined)
    node.send(before.id, { type: "Have", chain: chain.number, count: log.length, committed }, "heartbeat")
}

/** Updates from `first` on are new: the tail commits them, and others forward them. */
function advance(node: Self, first: number): void {
  const { state } = node
  const behind = neighbour(node, 1)
  if (isTail(node)) commit(node, state.log.length)
  else if (behind !== undefined && state.successorHas >= 0) forward(node, behind.id, first)
}

function forward(node: Self, to: NodeId, first: number): void {
  const { chain, log } = node.state
  node.send(to, { type: "Update", chain: chain.number, first, commands: log.slice(first - 1) })
}

function commit(node: Self, upTo: number): void {
  const { state } = node
  while (state.committed < upTo) {
    const command = state.log[state.committed]!
    state.committed++
    const result = execute(state.machine, command)
    node.report({ type: "applied", index: state.committed, command })
    const { session, sequence } = command
    const isAnswered = state.again.delete(session) || isTail(node)
    if (isAnswered) node.reply(session, { type: "Result", sequence, result, ...whomToAsk(node) })
  }
}

function reportChain(node: Self): void {
  const { number, members } = node.state.chain
  const head = members[0]!.id
  node.report({ type: "believes", leader: head, epoch: number })
  node.report({ type: "office", office: "head", holder: head, epoch: number })
  node.report({
    type: "office",
    office: "middle",
    holder: members.length < 3 ? null : members[members.length >> 1]!.id,
    epoch: number,
  })
  node.report({ type: "office", office: "tail", holder: members.at(-1)!.id, epoch: number })
}

// --- The master ------------------------------------------------------------------------------------------------------

/** Who is dead leaves the chain, as long as somebody stays who has everything. */
function removeDead(master: Master): void {
  const { isSilent, lives, isComplete } = master.state
  const { number, members } = master.disk.chain!
  const alive = members.filter(({ id, life }) => !isSilent[id] && lives[id]! <= life)
  if (alive.length === members.length || !alive.some(({ id }) => isComplete[id])) return
  for (const { id, life } of members) {
    if (!alive.some(member => member.id === id)) master.state.lives[id] = Math.max(lives[id]!, life + 1)
  }
  link(master, { number: number + 1, members: alive })
}

function link(master: Master, chain: Chain): void {
  master.save({ chain, lives: [...master.state.lives] })
  for (const { id } of chain.members) master.send(id, { type: "Chain", chain })
}
