/** Lies of replicas that a fault makes traitors: what each false message says, and that the truth is told if it is picked. */
import { describe, expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import type { Tagged } from "../../runtime/contract/algorithm.ts"
import type { Tell } from "../../runtime/contract/lies.ts"

/** Says the thing of that number, whatever is true. */
const say =
  (which: number): Tell =>
  () =>
    which

const truly: Tell = truth => truth

function lie(algorithm: string, message: Tagged, tell: Tell): unknown {
  return algorithms[algorithm]!.lies![message.type]!(message, tell)
}

const put = (value: string) => ({
  type: "Command",
  session: 1,
  sequence: 1,
  operation: { op: "put", key: "x", value },
})
const get = { type: "Command", session: 1, sequence: 1, operation: { op: "get", key: "x" } }

describe("Viewstamped Replication", () => {
  const prepare = (request: object) => ({ type: "Prepare", view: 0, request, opNumber: 1, commitNumber: 0 })

  test.each([
    [put("7"), put("8")],
    [put("v7"), put("forged")],
    [put("7v"), put("forged")],
    [get, get],
    [{ type: "CheckEpoch" }, { type: "CheckEpoch" }],
  ])("another value than the client's: %j", (request, forged) => {
    expect(lie("viewstamped-replication", prepare(request), truly)).toEqual(prepare(request))
    expect(lie("viewstamped-replication", prepare(request), say(1))).toEqual(prepare(forged))
  })

  test("requests that were prepared are hidden in a view change", () => {
    const change = (requests: readonly object[], commitNumber: number) => ({
      type: "DoViewChange",
      view: 1,
      log: { checkpoint: { opNumber: 0 }, requests },
      lastNormalView: 0,
      commitNumber,
    })
    expect(lie("viewstamped-replication", change([get], 1), truly)).toEqual(change([get], 1))
    expect(lie("viewstamped-replication", change([get], 1), say(0))).toEqual(change([], 0))
  })
})

describe("a chain", () => {
  const update = (commands: readonly object[]) => ({ type: "Update", configuration: 1, first: 1, commands })

  test("forwards other values than it got", () => {
    expect(lie("chain-replication", update([put("1"), get]), truly)).toEqual(update([put("1"), get]))
    expect(lie("chain-replication", update([put("1"), get]), say(1))).toEqual(update([put("wrong"), get]))
  })
})

describe("a primary", () => {
  const update = (change: object) => ({
    type: "Update",
    view: 1,
    since: 1,
    update: { number: 1, change },
    committed: 0,
  })
  const change = { result: { done: true, value: null }, value: "1" }

  test("ships another effect than that of the command", () => {
    expect(lie("primary-backup", update(change), truly)).toEqual(update(change))
    const wrong = { done: true, value: "wrong" }
    expect(lie("primary-backup", update(change), say(1))).toEqual(update({ result: wrong, value: "wrong" }))
    expect(lie("primary-backup", update({ result: change.result }), say(1))).toEqual(update({ result: wrong }))
  })
})

describe("the leader of semi-active replicas", () => {
  const decision = (chosen: string) => ({ type: "Decision", epoch: 1, index: 1, chosen })

  test("tells followers another choice than its own", () => {
    expect(lie("semi-active-replication", decision("5"), truly)).toEqual(decision("5"))
    expect(lie("semi-active-replication", decision("5"), say(1))).toEqual(decision("6"))
  })

  test.each(["active-replication", "semi-active-replication"])("and replicas of %s answer another value", name => {
    const answer = (value: string | null) => ({ type: "Answer", result: { done: true, value } })
    expect(lie(name, answer(null), truly)).toEqual(answer(null))
    expect(lie(name, answer(null), say(1))).toEqual(answer("wrong"))
  })
})
