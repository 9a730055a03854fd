/** What traitors send in place of the truth, and what becomes of those who believe them. */
import { describe, expect, it } from "vitest"
import { invariant } from "../../../runtime/contract/algorithm.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"
import { BEHAVIOURS, type Behaviour, corrupt, corruptReply, makeTraitor } from "../../../runtime/faults/byzantine.ts"
import type { Lies } from "../../../runtime/contract/lies.ts"

interface Vote {
  readonly type: "Vote"
  readonly value: number
}

const vote = (value: number): Vote => ({ type: "Vote", value })

const lies: Lies<Vote> = { Vote: (message, tell) => ({ ...message, value: tell(message.value, 2) }) }

/** What the traitor tells nodes 0..7 when the truth is `truth`; null where it keeps silent. */
function told(behaviour: Behaviour, truth: number, { node = 9, seed = 1 } = {}) {
  const traitor = makeTraitor(behaviour, node, seed)
  return Array.from({ length: 8 }, (_, to) => {
    const message = corrupt(traitor, lies, vote(truth), to)
    return message !== null && "value" in message ? message.value : null
  })
}

describe("a traitor that is", () => {
  it("silent sends nothing", () => {
    expect(new Set(told("silent", 1))).toEqual(new Set([null]))
  })

  it("lying says the opposite of the truth to everyone", () => {
    expect(new Set(told("lying", 1))).toEqual(new Set([0]))
    expect(new Set(told("lying", 0))).toEqual(new Set([1]))
  })

  it("equivocating says one thing to half of the nodes and the other to the rest", () => {
    expect(told("equivocating", 1)).toEqual([1, 0, 1, 0, 1, 0, 1, 0])
    expect(told("equivocating", 0)).toEqual([0, 1, 0, 1, 0, 1, 0, 1])
  })

  it("colluding says what all other colluders of the run say, whatever the truth", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const said = told("colluding", 1, { seed })
      expect(new Set(said)).toEqual(new Set([0, 1]))
      expect(told("colluding", 0, { seed })).toEqual(said)
      expect(told("colluding", 1, { seed, node: 3 })).toEqual(said)
    }
    const toNode0 = Array.from({ length: 20 }, (_, seed) => told("colluding", 1, { seed })[0])
    expect(new Set(toNode0)).toEqual(new Set([0, 1]))
  })

  it("random says and withholds anything, by its own draws", () => {
    const all = [1, 2, 3, 4, 5].flatMap(seed => told("random", 1, { seed }))
    expect(new Set(all)).toEqual(new Set([0, 1, null]))
    expect(told("random", 1, { seed: 1 })).toEqual(told("random", 1, { seed: 1 }))
    expect(told("random", 1, { seed: 1 })).not.toEqual(told("random", 1, { seed: 2 }))
    expect(told("random", 1, { node: 1 })).not.toEqual(told("random", 1, { node: 2 }))
  })

  it("scripted follows its script, then tells the truth", () => {
    expect(told({ script: [0, null, 1, 0] }, 1)).toEqual([0, null, 1, 0, 1, 1, 1, 1])
  })

  it("told what to tell whom does so, and tells all others the truth", () => {
    expect(told({ tells: { 1: 0, 3: null } }, 1)).toEqual([1, 0, 1, null, 1, 1, 1, 1])
  })
})

describe("where there are three values, a traitor that is", () => {
  const ofThree: Lies<Vote> = { Vote: (message, tell) => ({ ...message, value: tell(message.value, 3) }) }
  const said = (behaviour: Behaviour, truth: number) => {
    const traitor = makeTraitor(behaviour, 9, 1)
    return [0, 1, 2].map(to => corrupt(traitor, ofThree, vote(truth), to))
  }

  it("lying says the next one to all, equivocating to every second node", () => {
    for (const truth of [0, 1, 2]) {
      const next = vote((truth + 1) % 3)
      expect(said("lying", truth)).toEqual([next, next, next])
      expect(said("equivocating", truth)).toEqual([vote(truth), next, vote(truth)])
    }
  })

  it("random withholds one message in four, and says each value as often in the others", () => {
    const traitor = makeTraitor("random", 5, 1)
    const fates = Array.from({ length: 4_000 }, () => corrupt(traitor, ofThree, vote(0), 0))
    for (const fate of [null, vote(0), vote(1), vote(2)]) {
      const times = fates.filter(message => JSON.stringify(message) === JSON.stringify(fate)).length
      expect(times / 4_000).toBeCloseTo(0.25, 1)
    }
  })
})

describe("what an algorithm declares", () => {
  it("decides which messages lie: other types stay truthful, and do not use the script up", () => {
    const traitor = makeTraitor({ script: [0] }, 1, 1)
    const other = { type: "Hello", value: 1 }
    expect(corrupt(traitor, lies, other, 2)).toBe(other)
    expect(corrupt(traitor, lies, vote(1), 2)).toEqual(vote(0))
  })

  it("nothing: yes/no answers are flipped, other contents stay", () => {
    const answer = { type: "Answer", term: 4, granted: true, stale: false }
    const flipped = { ...answer, granted: false, stale: true }
    expect(corrupt(makeTraitor("lying", 1, 1), undefined, answer, 2)).toEqual(flipped)
    expect(corrupt(makeTraitor("equivocating", 1, 1), undefined, answer, 2)).toEqual(answer)
  })

  it("the truth is never changed in place: receivers share a message", () => {
    for (const behaviour of BEHAVIOURS) {
      const answer = Object.freeze({ type: "Answer", granted: true })
      const message = Object.freeze(vote(1))
      for (let to = 0; to < 8; to++) {
        corrupt(makeTraitor(behaviour, 1, 1), undefined, answer, to)
        corrupt(makeTraitor(behaviour, 1, 1), lies, message, to)
      }
      expect([answer, message]).toEqual([{ type: "Answer", granted: true }, vote(1)])
    }
  })
})

describe("what a traitor answers clients", () => {
  const answer = vote(1)
  const said = (behaviour: Behaviour, client: number, declared: Lies | undefined = lies) =>
    corruptReply(makeTraitor(behaviour, 1, 1), declared, answer, client)

  it("is the truth where no lies to clients are declared, or none of that type", () => {
    for (const behaviour of BEHAVIOURS)
      expect(corruptReply(makeTraitor(behaviour, 1, 1), undefined, answer, 0)).toBe(answer)
    expect(corruptReply(makeTraitor("lying", 1, 1), lies, { type: "Other" }, 0)).toEqual({ type: "Other" })
    expect(corruptReply(makeTraitor("lying", 1, 1), lies, { value: 1 }, 0)).toEqual({ value: 1 })
  })

  it("follows its behaviour, as what it says to nodes does", () => {
    expect([0, 1].map(client => said("silent", client))).toEqual([null, null])
    expect([0, 1, 2].map(client => said("lying", client))).toEqual([vote(0), vote(0), vote(0)])
    expect(new Set([0, 1, 2, 3].map(client => JSON.stringify(said("equivocating", client))))).toEqual(
      new Set([JSON.stringify(vote(0)), JSON.stringify(vote(1))]),
    )
    // What it tells nodes 0, 1 and so on is not for clients of these numbers.
    expect(said({ tells: { 0: 0, 1: 0 } }, 0)).toEqual(vote(1))
  })
})

describe("a node that finds its invariant broken", () => {
  const trusting = {
    ...chatter,
    receive: {
      ...chatter.receive,
      Note: (...[node, message, from]: Parameters<typeof chatter.receive.Note>) => {
        invariant(message.number < 30, "nobody tells a number as high as that")
        chatter.receive.Note(node, message, from)
      },
    },
  }
  const traitors = (...nodes: readonly number[]): Fault => {
    return { kind: "byzantine", target: { nodes }, behaviour: "lying", at: 0 }
  }

  it("halts if there are traitors that the algorithm does not claim to withstand: a violated check, with its witness", () => {
    const run = simulate(tellingScenario({ algorithm: trusting, faults: [traitors(0)] }), 1)
    expect(run).toMatchObject({
      status: "completed",
      messagesByType: { Note: 100, Thanks: 30 },
      outcome: {
        verdicts: {
          invariants: {
            verdict: "violated",
            at: 41_314,
            witness: "node 1 halted: nobody tells a number as high as that",
          },
        },
      },
    })
  })

  it("fails the run if all are loyal, or as few are not as it claims to withstand: that is the algorithm's own fault", () => {
    const proud = { ...trusting, tolerates: { faults: "byzantine", of: () => 1 } } as const
    for (const scenario of [{ algorithm: trusting }, { algorithm: proud, faults: [traitors(0)] }]) {
      const run = simulate(tellingScenario(scenario), 1)
      expect(run).toMatchObject({ status: "failed", reason: "nobody tells a number as high as that" })
    }
  })

  it("halts without a word if it is a traitor itself", () => {
    const run = simulate(tellingScenario({ algorithm: trusting, faults: [traitors(0, 1)] }), 1)
    expect(run).toMatchObject({ status: "completed", messagesByType: { Note: 100, Thanks: 30 } })
    expect(run.status === "completed" && run.outcome.verdicts).toEqual({})
  })
})
