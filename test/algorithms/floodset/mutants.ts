/** Mistakes planted on purpose in FloodSet, one for each of its rules: each must be caught, and the true algorithm pass. */
import { floodSet } from "../../../algorithms/floodset/floodset.ts"
import type { FloodSet, State } from "../../../algorithms/floodset/types.ts"
import type { FloodSetParameters } from "../../../algorithms/floodset/parameters.ts"
import { type Algorithm, InvariantViolation } from "../../../runtime/contract/algorithm.ts"
import { binaryInputs, type Crash, disagrees, parametersOf, play, schedules } from "./schedules.ts"

type Mutant = Algorithm<FloodSet>

interface Setting {
  readonly n: number
  readonly f: number
  readonly variant: string
}

type Self = Parameters<Mutant["timeout"]["round"]>[0]

/** What can go wrong in some schedule and with some inputs. */
type Symptom =
  | "disagreement"
  | "a value that nobody proposed"
  | "no decision"
  | "a decision after f + 1 rounds"
  | "a broken invariant"

/** Whether a symptom shows in some run of n processes with f crashes at most. */
export function shows(mutant: Mutant, { n, f, variant }: Setting, symptom?: Symptom): boolean {
  const parameters = parametersOf({ f: String(f), variant, rule: "min" })
  return schedules(n, f, f + 1).some(crashes =>
    binaryInputs(n).some(inputs => {
      const found = symptomsOf(mutant, parameters, inputs, crashes)
      return symptom === undefined ? found.length > 0 : found.includes(symptom)
    }),
  )
}

function symptomsOf(
  mutant: Mutant,
  parameters: FloodSetParameters,
  inputs: readonly number[],
  crashes: readonly Crash[],
): Symptom[] {
  try {
    const outcome = play(parameters, inputs, crashes, mutant)
    const found: Symptom[] = []
    if (disagrees(outcome, crashes, true)) found.push("disagreement")
    if ([...outcome.decisions.values()].some(value => !inputs.includes(value)))
      found.push("a value that nobody proposed")
    if (outcome.decisions.size < inputs.length - crashes.length) found.push("no decision")
    if (outcome.rounds > Number(parameters.f) + 1) found.push("a decision after f + 1 rounds")
    return found
  } catch (error) {
    if (error instanceof InvariantViolation) return ["a broken invariant"]
    throw error
  }
}

/** Acts before a round ends. */
function beforeRound(act: (state: State, node: Self) => void): Mutant {
  return {
    ...floodSet,
    timeout: {
      round(node) {
        act(node.state, node)
        floodSet.timeout.round(node)
      },
    },
  }
}

/** Takes a message otherwise. */
function hearing(
  change: (message: FloodSet["message"], state: State, from: number) => FloodSet["message"] | null,
): Mutant {
  return {
    ...floodSet,
    receive: {
      Flood(node, message, from) {
        const changed = change(message, node.state, from)
        if (changed !== null) floodSet.receive.Flood(node, changed, from)
      },
    },
  }
}

const keepOwn = (state: State, id: number): void => {
  state.inputs = state.inputs.map((input, process) => (process === id ? input : null))
}

export const mutants: readonly (Setting & { name: string; mutant: Mutant; symptom: Symptom })[] = [
  {
    name: "stops after f rounds",
    mutant: { ...floodSet, state: self => ({ ...floodSet.state(self), f: floodSet.state(self).f - 1 }) },
    n: 3,
    f: 1,
    variant: "plain",
    symptom: "disagreement",
  },
  {
    name: "goes on for a round more",
    mutant: { ...floodSet, state: self => ({ ...floodSet.state(self), f: floodSet.state(self).f + 1 }) },
    n: 3,
    f: 1,
    variant: "plain",
    symptom: "a decision after f + 1 rounds",
  },
  {
    name: "sends its own input only, never what it has heard",
    mutant: hearing((message, _, from) => ({
      ...message,
      inputs: message.inputs.map((input, process) => (process === from ? input : null)),
    })),
    n: 3,
    f: 1,
    variant: "plain",
    symptom: "disagreement",
  },
  {
    name: "forgets at the end of a round what it learned",
    mutant: beforeRound((state, { id }) => keepOwn(state, id)),
    n: 3,
    f: 1,
    variant: "plain",
    symptom: "disagreement",
  },
  {
    name: "learns from the first message of a round only",
    mutant: hearing((message, state) => (state.heard.length === 1 ? message : { ...message, inputs: [] })),
    n: 3,
    f: 1,
    variant: "plain",
    symptom: "disagreement",
  },
  {
    name: "disregards what it hears in the last round",
    mutant: hearing((message, state) => (message.round > state.f ? null : message)),
    n: 3,
    f: 1,
    variant: "plain",
    symptom: "disagreement",
  },
  {
    name: "disregards what it hears in the first round",
    mutant: hearing(message => (message.round === 1 ? null : message)),
    n: 3,
    f: 1,
    variant: "plain",
    symptom: "disagreement",
  },
  {
    name: "makes up an input for a process that it has not heard of",
    mutant: beforeRound(state => {
      state.inputs = state.inputs.map(input => input ?? 2)
    }),
    n: 3,
    f: 1,
    variant: "plain",
    symptom: "a broken invariant",
  },
  {
    name: "never decides once a process is silent",
    mutant: beforeRound((state, { size }) => {
      if (state.heard.length < size) state.inputs = []
    }),
    n: 3,
    f: 1,
    variant: "plain",
    symptom: "no decision",
  },
  {
    name: "early: takes one round with nobody missing less for enough",
    mutant: beforeRound(state => {
      if (state.heard.length >= state.heardBefore - 1) state.isCertain = true
    }),
    n: 4,
    f: 2,
    variant: "early",
    symptom: "disagreement",
  },
  {
    name: "early: decides at once, without telling the others",
    mutant: beforeRound(state => {
      if (state.heard.length === state.heardBefore) state.decides = true
    }),
    n: 4,
    f: 2,
    variant: "early",
    symptom: "disagreement",
  },
  {
    name: "optimised: says nothing of the second value",
    mutant: beforeRound(state => {
      state.hasToldTwo = true
    }),
    n: 3,
    f: 1,
    variant: "optimised",
    symptom: "disagreement",
  },
]
