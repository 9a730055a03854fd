/** States of checks are plain data: a copy taken in the middle of a history goes on as the check itself does. */
import { expect, test } from "vitest"
import type { Check } from "../../runtime/contract/service.ts"
import { checks as agreementChecks } from "../../services/agreement/instances.ts"
import type { DecisionEvent } from "../../services/agreement/events.ts"
import { checks as electionChecks } from "../../services/leader-election/epoch-checks.ts"
import type { BeliefEvent } from "../../services/leader-election/events.ts"
import { checks as sectionChecks } from "../../services/mutual-exclusion/section.ts"
import type { SectionEvent } from "../../services/mutual-exclusion/events.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { LogChecks } from "../../services/replicated-log/log-checks.ts"
import type { KeyValueOperation } from "../../services/machines/key-value.ts"

/** Folds the events, copying the state before each of them; the copies left behind must not change any more. */
function fold<State, Event, Context>(check: Check<State, Event, Context>, events: readonly Event[], context: Context) {
  let state = check.initial(context)
  for (const event of events) {
    const before = structuredClone(state)
    const next = structuredClone(state)
    check.observe(next, event, context)
    expect(state).toEqual(before)
    state = next
  }
  return check.verdict(state, context).verdict
}

test("of a critical section", () => {
  const events: SectionEvent[] = [
    { type: "requested", who: 0, at: 1 },
    { type: "requested", who: 1, at: 2 },
    { type: "entered", who: 1, timestamp: 5, at: 3 },
    { type: "left", who: 1, at: 4 },
    { type: "entered", who: 2, timestamp: 4, at: 5 },
    { type: "entered", who: 3, timestamp: 6, at: 6 },
    { type: "died", who: 2, at: 7 },
    { type: "died", who: 3, at: 7 },
    { type: "wrote", who: 2, token: 4, after: 6, at: 8 },
    { type: "finished", at: 50 },
  ]
  const [exclusion, starvation, order, afterDeath, staleWrites] = sectionChecks
  const sessions = { timeout: 5, deadline: 5, areLinksLossy: false }
  const context = { starvation: 3, isUnfair: null, isRunning: null, sessions }
  const verdicts = [
    fold(exclusion, events, context),
    fold(starvation, events, context),
    fold(order, events, context),
    fold(afterDeath, events, context),
    fold(staleWrites, events, context),
  ]
  expect(verdicts).toEqual(["violated", "violated", "violated", "violated", "violated"])
})

test("of agreement", () => {
  const base = { instance: 1, proposals: new Map([[0, 7]]), at: 1 }
  const events: DecisionEvent[] = [
    { ...base, node: 0, value: 7, decisions: new Map() },
    { ...base, node: 1, value: 8, decisions: new Map([[0, 7]]) },
    {
      ...base,
      node: 1,
      value: 7,
      decisions: new Map([
        [0, 7],
        [1, 8],
      ]),
    },
  ]
  const verdicts = agreementChecks.map(check => fold(check, events, { isLoyal: () => true }))
  expect(verdicts).toEqual(["violated", "violated", "violated"])
})

test("of elections", () => {
  const events: BeliefEvent[] = [
    { node: 0, leader: 0, epoch: 1, at: 1 },
    { node: 1, leader: 1, epoch: 1, at: 2 },
    { node: 2, leader: 2, epoch: 2, at: 3 },
    { node: 0, leader: 1, epoch: 2, at: 4 },
  ]
  const context = { isLoyal: () => true, oneLeaderPerEpoch: true, leadsIn: () => undefined }
  const [oneLeader, claimed] = electionChecks
  const verdicts = [fold(oneLeader, events, context), fold(claimed, events, context)]
  expect(verdicts).toEqual(["violated", "violated"])
})

test("of a replicated log, its record and the history of its clients among them", () => {
  const checks = new LogChecks(3)
  const operation: KeyValueOperation = { op: "put", key: "x", value: "v" }
  for (let sequence = 1; sequence <= 300; sequence++) {
    const command: Command<KeyValueOperation> = { type: "Command", session: 1, sequence, operation }
    checks.begun({ type: "begun", client: 1, operation, command, at: 2 * sequence })
    for (let node = 0; node < 3; node++)
      checks.applied(node, { type: "applied", index: sequence, command }, 2 * sequence)
    const result = { done: true, value: sequence === 1 ? null : "v" }
    checks.ended({ type: "ended", client: 1, command, ending: "ok", result, at: 2 * sequence + 1 })
  }
  const copy = structuredClone(checks.state)
  expect(copy).toEqual(checks.state)
  expect(new Set(Object.values(checks.verdicts()).map(({ verdict }) => verdict))).toEqual(new Set(["holds"]))
  checks.applied(0, { type: "applied", index: 301, command: null }, 700)
  expect(copy.log.top).toBe(300)
})
