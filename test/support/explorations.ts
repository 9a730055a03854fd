/** Models whose every state can be visited, and how many states each has. */
import { paxos } from "../../algorithms/paxos/paxos.ts"
import { raft } from "../../algorithms/raft/raft.ts"
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { type Budgets, type Model, NO_BUDGETS, type Reported, type Watch } from "../../runtime/checker/model.ts"
import { resolveParameters } from "../../runtime/contract/parameters.ts"
import type { Belief } from "../../runtime/contract/service.ts"
import { encode } from "../../runtime/process/value.ts"
import { stateRightPaxos } from "./stateright/paxos.ts"
import { stateRightTwoPhaseCommit } from "./stateright/two-phase-commit.ts"
import { Instances } from "../../services/agreement/instances.ts"
import type { Decided } from "../../services/agreement/shape.ts"

/** A model, and what a complete exploration of it comes to. */
export interface KnownModel {
  readonly model: Model
  readonly states: number
  readonly generated: number
  /** Takes a second at most. */
  readonly isSmall: boolean
}

/** Each message is under way once, and every delivery is a step, as in the count that is known of the first large model. */
const SET = { network: "set", idleSteps: true } as const

export const EXPLORATIONS: Readonly<Record<string, KnownModel>> = {
  "paxos, 1 proposer": { model: paxosModel({ proposers: 1, ...SET }), states: 245, generated: 580, isSmall: true },
  "paxos, 2 nodes and proposers": {
    model: paxosModel({ size: 2, proposers: 2, ...SET }),
    states: 137,
    generated: 199,
    isSmall: true,
  },
  "paxos, 2 proposers": {
    model: paxosModel({ proposers: 2, ...SET }),
    states: 261_698,
    generated: 1_239_285,
    isSmall: false,
  },
  "paxos, 1 proposer and timeout": {
    model: paxosModel({ proposers: 1, budgets: { ...NO_BUDGETS, timeouts: { all: 1 } }, ...SET }),
    states: 274_820,
    generated: 1_312_150,
    isSmall: false,
  },
  // As many states as Stateright finds; steps that change nothing are none here.
  "stateright's paxos, 2 clients": { model: stateRightPaxos(2), states: 16_668, generated: 32_971, isSmall: true },
  "stateright's paxos, 3 clients": {
    model: stateRightPaxos(3),
    states: 1_194_428,
    generated: 2_420_477,
    isSmall: false,
  },
  "stateright's 2pc, 3 managers": { model: stateRightTwoPhaseCommit(3), states: 288, generated: 762, isSmall: true },
  "stateright's 2pc, 5 managers": {
    model: stateRightTwoPhaseCommit(5),
    states: 8_832,
    generated: 37_346,
    isSmall: true,
  },
  "stateright's 2pc, 7 managers": {
    model: stateRightTwoPhaseCommit(7),
    states: 296_448,
    generated: 1_735_810,
    isSmall: false,
  },
  "stateright's 2pc, 8 managers": {
    model: stateRightTwoPhaseCommit(8),
    states: 1_745_408,
    generated: 11_657_218,
    isSmall: false,
  },
  "raft, 1 timeout": { model: { ...raftModel(1), ...SET }, states: 220, generated: 436, isSmall: true },
  "raft, 2 timeouts": { model: { ...raftModel(2), ...SET }, states: 108_811, generated: 407_053, isSmall: false },
}

export interface PaxosModel extends Pick<Model, "network" | "idleSteps"> {
  readonly algorithm?: Algorithm
  readonly size?: number
  /** The first nodes propose, each its own id. */
  readonly proposers: number
  readonly budgets?: Budgets
}

/** One instance of single-decree Paxos, judged by the checks of the agreement service. */
export function paxosModel({
  algorithm = paxos,
  size = 3,
  proposers,
  budgets = NO_BUDGETS,
  ...network
}: PaxosModel): Model {
  const nodes = Array.from({ length: size }, (_, id) => id)
  const proposals = new Map(nodes.slice(0, proposers).map(id => [id, id]))
  const isJudged = ({ fact }: Reported): boolean => isDecided(fact)
  return {
    algorithm,
    size,
    parameters: timeless(algorithm),
    asks: [...proposals].map(([to, value]) => {
      const request = { type: "Propose", instance: 1, value }
      return { to, client: to, request }
    }),
    budgets,
    watch: collecting(isJudged, reported => {
      const instances = new Instances({ isLoyal: () => true })
      instances.begin(1, 0, proposals, new Set(nodes))
      for (const { node, fact } of reported) if (isDecided(fact)) instances.decided(node, 1, fact.value, 0)
      const violated = Object.entries(instances.verdicts()).filter(([, { verdict }]) => verdict !== "holds")
      return violated.length === 0 ? null : violated.map(([check]) => check).join(", ")
    }),
    ...network,
  }
}

/** Servers of Raft that nobody asks for anything: no term has two leaders (§5.2, Election Safety). */
export function raftModel(timeouts: number, size = 3): Model {
  const isJudged = ({ node, fact }: Reported): boolean => isBelief(fact) && fact.leader === node
  return {
    algorithm: raft,
    size,
    parameters: timeless(raft),
    asks: [],
    budgets: { ...NO_BUDGETS, timeouts: { all: timeouts } },
    watch: collecting(isJudged, reported => {
      const terms = reported.map(({ fact }) => (isBelief(fact) ? fact.epoch : 0))
      return new Set(terms).size === terms.length ? null : "two leaders in a term"
    }),
  }
}

/** Watches over what was reported so far, whatever the order. */
function collecting(
  isJudged: (reported: Reported) => boolean,
  problem: (reported: readonly Reported[]) => string | null,
): Watch {
  const listed = (state: unknown): readonly Reported[] => (Array.isArray(state) ? state : [])
  return {
    initial: [],
    observe(state, reported) {
      if (!isJudged(reported)) return state
      const all = new Map([...listed(state), reported].map(each => [encode(each), each]))
      return [...all.keys()].toSorted().map(text => all.get(text))
    },
    problem: state => problem(listed(state)),
  }
}

/** Default parameters without durations: in a host without time, whatever was to happen after a while may happen at once. */
function timeless({ parameters }: Algorithm): object {
  const resolved = resolveParameters(parameters, {}, 0)
  if ("problems" in resolved) throw new Error("no parameters")
  const values = Object.entries(resolved.values)
  return Object.fromEntries(values.map(([name, value]) => [name, parameters[name]?.kind === "duration" ? 0 : value]))
}

function isDecided(fact: { readonly type: string }): fact is Decided {
  return fact.type === "decided"
}

function isBelief(fact: { readonly type: string }): fact is Belief {
  return fact.type === "believes"
}
