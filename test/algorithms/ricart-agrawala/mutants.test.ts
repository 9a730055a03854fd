/** Mistakes planted on purpose in Ricart-Agrawala: each must be caught, and the true algorithm must pass the same run. */
import { describe, expect, it } from "vitest"
import type { Algorithm, Node } from "../../../runtime/contract/algorithm.ts"
import { type RicartAgrawala, ricartAgrawala } from "../../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { compileWith } from "../../support/mutants.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"

type Mutant = Algorithm<RicartAgrawala>
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

const contention: ServiceRunOptions = {
  nodes: 4,
  latency: { model: "uniform", min: 500, max: 3_000 },
  workload: { hold: "2ms", think: "10ms", deadline: "200ms", starvation: 12 },
  duration: "2s",
}

const mutants: readonly { name: string; mutant: Mutant; check: string; options?: Partial<ServiceRunOptions> }[] = [
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

/** What a run violated; losing availability counts, since these runs have no faults. */
function caughtBy(algorithm: Mutant, options: Partial<ServiceRunOptions> = {}): string[] {
  const { outcome } = completeRun(algorithm, mutualExclusion, { ...contention, ...options })
  const checks = Object.keys(outcome.verdicts).filter(check => outcome.verdicts[check]!.verdict === "violated")
  return outcome.availability < 1 ? [...checks, "availability"] : checks
}

describe("the paper's listing, in which a node does not count its own requests", () => {
  const FILE = "algorithms/ricart-agrawala/ricart-agrawala.ts"
  const literal = async (): Promise<Mutant> => {
    const edit = { file: FILE, from: "  state.highestSequenceNumber = state.ourSequenceNumber\n", to: "" }
    return (await compileWith<{ ricartAgrawala: Mutant }>(FILE, [edit])).ricartAgrawala
  }

  it("is in order: what a node asks twice by one number, nobody has asked in between", async () => {
    expect(caughtBy(await literal())).toEqual([])
  })

  it("is safe also where a late copy of a reply to the first passes for one to the second", async () => {
    const duplication = { duplication: 0.3, latency: { model: "exponential", floor: 100, mean: 4_000 } } as const
    const options = { ...duplication, workload: { hold: "2ms", think: "30ms", deadline: "5s" }, duration: "10s" }
    expect(caughtBy(await literal(), options)).toEqual([])
  })
})

describe("mutants of Ricart-Agrawala", () => {
  it.each(mutants)("$name: caught by $check", ({ mutant, check, options }) => {
    expect(caughtBy(ricartAgrawala, options)).toEqual([])
    expect(caughtBy(mutant, options)).toContain(check)
  })
})
