/** Mistakes planted on purpose in OM(m): each must be caught, and the true algorithm must pass the same runs. */
import { majority, RETREAT } from "../../../algorithms/oral-messages/majority.ts"
import { oralMessages } from "../../../algorithms/oral-messages/oral-messages.ts"
import type { OralMessages, Self, Told } from "../../../algorithms/oral-messages/types.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import type { Behaviour } from "../../../runtime/faults/byzantine.ts"
import { type Setting, sequences, type Strategy, strategiesOfOne } from "./traitors.ts"

export type Mutant = Algorithm<OralMessages>

/** A mutant that decides by another rule after the last round. */
function deciding(decide: (node: Self, told: Told) => number): Mutant {
  return {
    ...oralMessages,
    timeout: {
      round(node) {
        const { state } = node
        if (state.round <= state.m) return oralMessages.timeout.round(node)
        node.report({ type: "decided", instance: state.instance, value: decide(node, state.told) })
        state.instance = 0
      },
    },
  }
}

function relays({ relayed }: Told): Told[] {
  return (relayed ?? []).filter(told => told !== undefined)
}

/** Everything that was told, at all levels: what a reader gets who takes the recursion for one big vote. */
function allTold(told: Told): number[] {
  return [told.value ?? RETREAT, ...relays(told).flatMap(allTold)]
}

/** The value that most have, the first of several: the rule without its "otherwise RETREAT". */
function mostCommon(values: readonly number[]): number {
  const count = (value: number): number => values.filter(other => other === value).length
  return values.reduce((best, value) => (count(value) > count(best) ? value : best))
}

/** Two traitors of seven: the commander splits the five loyal lieutenants, and a lieutenant relays at will. */
const pairsOfTraitors: readonly Strategy[] = sequences(5, [0, 1]).flatMap(split =>
  (["lying", "colluding", "equivocating", "silent"] as const).map(behaviour => ({
    traitors: new Map<number, Behaviour>([
      [0, { script: [RETREAT, ...split] }],
      [1, behaviour],
    ]),
    order: "attack" as const,
  })),
)

const FOUR: Setting = { nodes: 4, m: 1 }
const FIVE: Setting = { nodes: 5, m: 1 }
const SEVEN: Setting = { nodes: 7, m: 2 }
const nobody: readonly Strategy[] = [{ traitors: new Map(), order: "attack" }]

export const mutants: readonly {
  name: string
  mutant: Mutant
  check: string
  setting: Setting
  against: readonly Strategy[]
}[] = [
  {
    name: "stops one round early",
    mutant: { ...oralMessages, state: self => ({ ...oralMessages.state(self), m: oralMessages.state(self).m - 1 }) },
    check: "agreement",
    setting: FOUR,
    against: strategiesOfOne(4, [0, 1]),
  },
  {
    name: "believes the commander, whatever the others heard",
    mutant: deciding((_, told) => told.value ?? RETREAT),
    check: "agreement",
    setting: FOUR,
    against: strategiesOfOne(4, [0, 1]),
  },
  {
    name: "relays RETREAT in place of what it heard",
    mutant: {
      ...oralMessages,
      receive: {
        Oral(node, message, from) {
          oralMessages.receive.Oral(node, message.path.length > 1 ? { ...message, value: RETREAT } : message, from)
        },
      },
    },
    check: "validity",
    setting: FOUR,
    against: nobody,
  },
  {
    name: "leaves itself out of the majority",
    mutant: deciding((_, told) => majority(relays(told).flatMap(({ value }) => value ?? []))),
    check: "validity",
    setting: FOUR,
    against: strategiesOfOne(4, [0, 1]),
  },
  {
    name: "breaks a tie for the value it heard first",
    mutant: deciding((_, told) => mostCommon(allTold(told))),
    check: "agreement",
    setting: FIVE,
    against: strategiesOfOne(5, [0, 1]),
  },
  {
    name: "takes one majority of all it was told, in place of a majority at every level",
    mutant: deciding((_, told) => majority(allTold(told))),
    check: "agreement",
    setting: SEVEN,
    against: pairsOfTraitors,
  },
  {
    name: "falls back on another order than the others when the commander is silent",
    mutant: deciding((node, told) => (told.value === null ? node.id % 2 : majority(allTold(told)))),
    check: "agreement",
    setting: FOUR,
    against: strategiesOfOne(4, [null]),
  },
]
