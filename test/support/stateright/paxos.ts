/**
 * Stateright's example `paxos` (Jonathan Nadal, stateright 0.31, examples/paxos.rs), step for step: servers that decide on one
 * value, and clients that each write one and read it afterwards, whose history is a part of the state. So there are as many
 * states as that checker finds.
 */
import { algorithm, type ClientId, type Node, type Shape } from "../../../runtime/contract/algorithm.ts"
import { type Model, NO_BUDGETS, type Reported } from "../../../runtime/checker/model.ts"
import type { ClientStep, UntimedClient } from "../../../runtime/contract/untimed.ts"

const SERVERS = 3
const MAJORITY = 2

/** Round and server, compared in this order. */
type Ballot = readonly [round: number, server: number]

interface Proposal {
  readonly request: number
  readonly client: ClientId
  readonly value: number
}

interface Accepted {
  readonly ballot: Ballot
  readonly proposal: Proposal
}

interface State {
  ballot: Ballot
  proposal: Proposal | null
  /** By server, what it has promised with; null: nothing yet. */
  readonly prepares: ({ readonly last: Accepted | null } | null)[]
  readonly accepts: boolean[]
  accepted: Accepted | null
  isDecided: boolean
}

interface Example extends Shape {
  readonly parameters: object
  readonly disk: object
  readonly state: State
  readonly message:
    | { readonly type: "Prepare"; readonly ballot: Ballot }
    | { readonly type: "Prepared"; readonly ballot: Ballot; readonly last: Accepted | null }
    | ({ readonly type: "Accept" } & Accepted)
    | { readonly type: "Accepted"; readonly ballot: Ballot }
    | ({ readonly type: "Decided" } & Accepted)
  readonly timer: never
  readonly service: {
    readonly request:
      | { readonly type: "Put"; readonly id: number; readonly value: number }
      | { readonly type: "Get"; readonly id: number }
    readonly reply:
      | { readonly type: "PutOk"; readonly id: number }
      | { readonly type: "GetOk"; readonly id: number; readonly value: number }
    readonly fact: never
  }
}

type Server = Node<Example>

function compare([round, server]: Ballot, [other, its]: Ballot): number {
  return round - other || server - its
}

const paxosExample = algorithm<Example>({
  name: "stateright-paxos",
  title: "Stateright's Paxos",
  source: "stateright 0.31, examples/paxos.rs",
  summary: "Servers of a register that is written once.",
  tolerates: { faults: "crash", of: () => 1 },
  serves: [],
  parameters: {},
  disk: () => ({}),
  state: () => ({
    ballot: [0, 0],
    proposal: null,
    prepares: Array.from({ length: SERVERS }, () => null),
    accepts: Array.from({ length: SERVERS }, () => false),
    accepted: null,
    isDecided: false,
  }),
  start() {},
  timeout: {},

  request: {
    Put(node, { id, value }, client) {
      const { state } = node
      if (state.isDecided || state.proposal !== null) return
      state.proposal = { request: id, client, value }
      state.ballot = [state.ballot[0] + 1, node.id]
      state.prepares.fill(null)
      state.accepts.fill(false)
      state.prepares[node.id] = { last: state.accepted }
      node.broadcast({ type: "Prepare", ballot: state.ballot })
    },
    Get(node, { id }, client) {
      const { isDecided, accepted } = node.state
      if (isDecided) node.reply(client, { type: "GetOk", id, value: accepted!.proposal.value })
    },
  },

  receive: {
    Prepare(node, { ballot }, from) {
      const { state } = node
      if (state.isDecided || compare(state.ballot, ballot) >= 0) return
      state.ballot = ballot
      node.send(from, { type: "Prepared", ballot, last: state.accepted })
    },
    Prepared(node, { ballot, last }, from) {
      const { state } = node
      if (state.isDecided || compare(ballot, state.ballot) !== 0) return
      state.prepares[from] = { last }
      if (state.prepares.filter(prepared => prepared !== null).length === MAJORITY) propose(node)
    },
    Accept(node, { ballot, proposal }, from) {
      const { state } = node
      if (state.isDecided || compare(state.ballot, ballot) > 0) return
      state.ballot = ballot
      state.accepted = { ballot, proposal }
      node.send(from, { type: "Accepted", ballot })
    },
    Accepted(node, { ballot }, from) {
      const { state } = node
      if (state.isDecided || compare(ballot, state.ballot) !== 0) return
      state.accepts[from] = true
      if (state.accepts.filter(accepted => accepted).length !== MAJORITY) return
      state.isDecided = true
      const proposal = state.proposal!
      node.broadcast({ type: "Decided", ballot, proposal })
      node.reply(proposal.client, { type: "PutOk", id: proposal.request })
    },
    Decided(node, { ballot, proposal }) {
      const { state } = node
      if (state.isDecided) return
      state.ballot = ballot
      state.accepted = { ballot, proposal }
      state.isDecided = true
    },
  },
})

function propose(node: Server): void {
  const { state } = node
  const known = state.prepares.flatMap(prepared => prepared?.last ?? [])
  const [latest] = known.toSorted((a, b) => compare(b.ballot, a.ballot))
  const proposal = latest?.proposal ?? state.proposal!
  const { ballot } = state
  state.proposal = proposal
  state.accepted = { ballot, proposal }
  state.accepts[node.id] = true
  node.broadcast({ type: "Accept", ballot, proposal })
}

/** The operation of a client: a write (of its own value) or a read, and how many operations of each other one were over then. */
interface Operation {
  readonly after: readonly number[]
  /** The value that was read; undefined: a write. */
  readonly read?: number
}

/** By client, the operations that are over, and the one under way. */
interface Thread {
  readonly over: readonly Operation[]
  readonly underWay: readonly number[] | null
}

interface Client {
  readonly awaiting: number | null
  readonly operations: number
}

export function stateRightPaxos(clients: number): Model {
  const ids = Array.from({ length: clients }, (_, place) => SERVERS + place)
  const first = ids.map((): Thread => ({ over: [], underWay: ids.map(() => 0) }))
  return {
    algorithm: paxosExample,
    size: SERVERS,
    parameters: {},
    asks: ids.map(id => ({
      to: id % SERVERS,
      client: id,
      request: { type: "Put", id, value: id - SERVERS } as { type: string },
    })),
    clients: ids.map(clientOf),
    budgets: NO_BUDGETS,
    watch: {
      initial: first,
      observe: (state, reported) => afterReturn(state as readonly Thread[], reported),
      problem: () => null,
    },
  }
}

function clientOf(id: ClientId): UntimedClient {
  const client: UntimedClient<Client> = {
    id,
    home: null,
    initial: { awaiting: id, operations: 1 },
    moves: () => [],
    move: state => ({ state }),
    crashed: state => ({ state }),
    reply(state, _, reply): ClientStep<Client> {
      const { type, id: answered, value } = reply as { type: string; id: number; value?: number }
      if (state.awaiting !== answered) return { state }
      const operations = state.operations + 1
      if (type === "GetOk")
        return { state: { awaiting: null, operations }, facts: [{ type: "read", value } as { type: string }] }
      const request = { type: "Get", id: operations * id } as { type: string }
      return {
        state: { awaiting: operations * id, operations },
        requests: [{ to: (id + state.operations) % SERVERS, request }],
        facts: [{ type: "written" }],
      }
    },
  }
  return client
}

/** A write is over, and the read that follows it begins; or the read is. */
function afterReturn(threads: readonly Thread[], { node, fact }: Reported): readonly Thread[] {
  const me = node - SERVERS
  const { over, underWay } = threads[me]!
  const read = "value" in fact ? { read: fact.value as number } : {}
  const done: readonly Operation[] = [...over, { after: underWay!, ...read }]
  const counts = threads.map((thread, other) => (other === me ? 0 : thread.over.length))
  return threads.with(me, { over: done, underWay: fact.type === "written" ? counts : null })
}
