/** Mistakes planted on purpose in Ricart-Agrawala: each must be caught, and the true algorithm must pass the same run. */
import type { Algorithm, Node } from "../../../runtime/contract/algorithm.ts"
import { type RicartAgrawala, ricartAgrawala } from "../../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { type ServiceRunOptions } from "../../support/service-run.ts"

export type Mutant = Algorithm<RicartAgrawala>
type Self = Node<RicartAgrawala>

const { receive, request } = ricartAgrawala

function withReceive(changed: Partial<Mutant["receive"]>): Mutant {
  return { ...ricartAgrawala, receive: { ...receive, ...changed } }
}

function withRequest(changed: Partial<Mutant["request"]>): Mutant {
  return { ...ricartAgrawala, request: { ...request, ...changed } }
}

/** A mutant that defers by another rule. */
function deferring(goesBefore: (node: Self, sequenceNumber: number, from: number) => boolean): Mutant {
  return withReceive({
    Request(node, { sequenceNumber }, from) {
      node.state.highestSequenceNumber = Math.max(node.state.highestSequenceNumber, sequenceNumber)
      if (goesBefore(node, sequenceNumber, from)) node.state.replyDeferred[from] = sequenceNumber
      else node.send(from, { type: "Reply", sequenceNumber })
    },
  })
}

export const contention: ServiceRunOptions = {
  nodes: 4,
  latency: { model: "uniform", min: 500, max: 3_000 },
  workload: { hold: "2ms", think: "10ms", deadline: "200ms", starvation: 12 },
  duration: "2s",
}

export const mutants: readonly { name: string; mutant: Mutant; check: string; options?: Partial<ServiceRunOptions> }[] =
  [
    {
      name: "never defers",
      mutant: deferring(() => false),
      check: "mutual-exclusion",
    },
    {
      name: "replies to everyone while it is in the critical section",
      mutant: deferring(
        ({ id, state }, number, from) =>
          state.requestingCriticalSection &&
          !state.inCriticalSection &&
          (state.ourSequenceNumber < number || (state.ourSequenceNumber === number && id < from)),
      ),
      check: "mutual-exclusion",
    },
    {
      name: "does not break ties: equal numbers let each other in",
      mutant: deferring(({ state }, number) => state.requestingCriticalSection && state.ourSequenceNumber < number),
      check: "mutual-exclusion",
    },
    {
      name: "breaks ties for the higher id",
      mutant: deferring(
        ({ id, state }, number, from) =>
          state.requestingCriticalSection &&
          (state.inCriticalSection ||
            state.ourSequenceNumber < number ||
            (state.ourSequenceNumber === number && id > from)),
      ),
      check: "timestamp-order",
    },
    {
      name: "enters with one reply missing",
      mutant: withRequest({
        Acquire(node, message, client) {
          if (node.state.requestingCriticalSection) return
          request.Acquire(node, message, client)
          node.state.outstandingReply[node.peers[0]!] = false
          node.state.outstandingReplyCount--
        },
      }),
      check: "mutual-exclusion",
    },
    {
      name: "takes no notice of the numbers it sees",
      mutant: withReceive({
        Request(node, message, from) {
          const { highestSequenceNumber } = node.state
          receive.Request(node, message, from)
          node.state.highestSequenceNumber = highestSequenceNumber
        },
      }),
      check: "timestamp-order",
    },
    {
      name: "takes a reply for an earlier request for one to the present request",
      mutant: withReceive({
        Reply(node, _, from) {
          receive.Reply(node, { type: "Reply", sequenceNumber: node.state.ourSequenceNumber }, from)
        },
      }),
      check: "mutual-exclusion",
      options: { duplication: 0.3, latency: { model: "exponential", floor: 100, mean: 4_000 }, duration: "10s" },
    },
    {
      name: "defers for ever: forgets the deferred replies when it leaves",
      mutant: withRequest({
        Release(node, message, client) {
          node.state.replyDeferred.fill(0)
          request.Release(node, message, client)
        },
      }),
      check: "availability",
    },
    {
      name: "defers whenever it requests, and two wait for each other",
      mutant: deferring(({ state }) => state.requestingCriticalSection),
      check: "availability",
    },
  ]
