// The checks of a sharded store on logs written by hand: what each holds to be right, and what it finds.
import { describe, expect, test } from "vitest"
import type { Check } from "../../../runtime/contract/service.ts"
import type { ShardAction } from "../../../services/machines/shard-actions.ts"
import type { TransactionAction } from "../../../services/machines/transaction-actions.ts"
import { appliedOnce } from "../../../services/sharded-store/checks/applied-once.ts"
import { atomicCommitment, longestLock } from "../../../services/sharded-store/checks/atomic-commitment.ts"
import { logAgreement } from "../../../services/sharded-store/checks/log-agreement.ts"
import type { StoreEvent } from "../../../services/sharded-store/events.ts"

interface Who {
  readonly session?: number
  readonly sequence?: number
  readonly node?: number
  readonly at?: number
}

/** A node executes an action as entry `index` of the log of a group; default: the first command of client 7. */
function executed(group: number, index: number, action: ShardAction | null, who: Who = {}): StoreEvent {
  const { session = 7, sequence = 1, node = 10 * group, at = index } = who
  const operation = action === null ? null : ({ op: "shard", key: "", action } as const)
  const command = operation === null ? null : ({ type: "Command", session, sequence, operation } as const)
  return { type: "executed", group, node, index, command, at }
}

function stateAfter<State>(check: Check<State, StoreEvent, unknown>, events: readonly StoreEvent[]): State {
  const state = check.initial(null)
  for (const event of events) check.observe(state, event, null)
  return state
}

/** The verdict, or what is wrong. */
function judge<State>(check: Check<State, StoreEvent, unknown>, ...events: readonly StoreEvent[]): string {
  const verdict = check.verdict(stateAfter(check, events), null)
  if (verdict.verdict === "violated") return `${verdict.at}: ${verdict.witness}`
  return verdict.verdict === "undecided" ? `undecided: ${verdict.reason}` : verdict.verdict
}

const GAP =
  "undecided: no node reported index 1 of group 1, which a snapshot covers: what came after it was not looked at"

describe("applied-once", () => {
  const put = (isHome = true): ShardAction => ({
    kind: "serve",
    shard: 0,
    isHome,
    request: { op: "put", key: "x", value: "1" },
  })
  const move = { shard: 0, from: 1, to: 2, number: 1 }

  test("a command that comes again to its group takes effect once", () => {
    expect(judge(appliedOnce, executed(1, 1, put()), executed(1, 2, put()))).toBe("holds")
    expect(judge(appliedOnce)).toBe("holds")
  })

  test("a command that takes effect in a second group is found", () => {
    const found = "1: command 1 of client 7 took effect in group 1 and in group 2"
    expect(judge(appliedOnce, executed(1, 1, put()), executed(2, 1, put()))).toBe(found)
    expect(judge(appliedOnce, executed(1, 1, put()), executed(2, 1, put(), { session: 8 }))).toBe("holds")
    expect(judge(appliedOnce, executed(1, 1, put()), executed(2, 1, put(), { sequence: 2 }))).toBe("holds")
  })

  test("the latest command counts, though an earlier one comes late", () => {
    const late = [executed(1, 1, put(), { sequence: 2 }), executed(2, 1, put())]
    expect(judge(appliedOnce, ...late)).toBe("holds")
    expect(judge(appliedOnce, ...late, executed(2, 2, put(), { sequence: 2 }))).toMatch(/^2: command 2 of client 7/)
  })

  test("a command that the shard brought along does not take effect once more where that is now", () => {
    const record = { sequence: 1, done: true, value: null }
    const install = (sessions: readonly [number, typeof record][]): StoreEvent =>
      executed(2, 1, { kind: "install", data: { values: [], sessions }, ...move }, { session: 1 })
    const freeze = executed(1, 2, { kind: "freeze", isHome: true, ...move }, { session: 1 })
    const again = executed(2, 2, put(false))
    expect(judge(appliedOnce, executed(1, 1, put()), freeze, install([[7, record]]), again)).toBe("holds")
    expect(judge(appliedOnce, executed(1, 1, put()), freeze, install([]), again)).toMatch(/took effect in group 1/)
  })

  test("a command that is refused where the shard is not takes no effect", () => {
    expect(judge(appliedOnce, executed(1, 1, put(false)), executed(2, 1, put()))).toBe("holds")
  })

  test("entries are executed in their order, whichever nodes report them first", () => {
    const second = executed(2, 2, put(), { node: 3, at: 5 })
    const entries = [executed(1, 1, put()), second, executed(2, 1, null, { at: 6 }), executed(2, 2, put(), { at: 9 })]
    expect(judge(appliedOnce, ...entries)).toMatch(/^6: command 1/)
    expect(judge(appliedOnce, executed(1, 2, put()))).toBe(GAP)
    expect(judge(appliedOnce, executed(1, 2, put()), executed(1, 1, null))).toBe("holds")
  })

  test("what the first node reports of an index counts, before its turn and after", () => {
    const [first, second] = [executed(1, 1, put()), executed(1, 2, put(), { sequence: 2 })]
    expect(judge(appliedOnce, first, executed(1, 1, put(), { node: 11 }), second)).toBe("holds")
    const early = [executed(1, 2, put()), executed(1, 2, put(), { sequence: 2, node: 11 }), executed(1, 1, null)]
    expect(judge(appliedOnce, ...early, executed(2, 1, put(), { sequence: 2 }))).toBe("holds")
    expect(judge(appliedOnce, ...early, executed(2, 1, put()))).toMatch(/took effect in group 1 and in group 2$/)
  })
})

describe("log-agreement", () => {
  const status: ShardAction = { kind: "status" }

  test("nodes of a group that executed the same entry agree, and groups need not", () => {
    expect(judge(logAgreement, executed(1, 1, status, { node: 1 }), executed(1, 1, status, { node: 2 }))).toBe("holds")
    expect(judge(logAgreement, executed(1, 1, status), executed(2, 1, null), executed(1, 2, null))).toBe("holds")
  })

  test("another entry at the same index of a group is found", () => {
    const other = executed(1, 1, status, { node: 2, sequence: 9, at: 4 })
    expect(judge(logAgreement, executed(1, 1, status), other)).toMatch(
      /^4: node 2 executed .* at index 1 of group 1, where another one executed /,
    )
  })
})

describe("atomic-commitment", () => {
  const id = { group: null, node: 3, number: 5 }
  const parts = (key: string) => [{ shard: 0, isHome: true, operations: [{ op: "put", key, value: "1" }] }] as const
  const prepare = (of: TransactionAction["id"] = id, key = "x"): ShardAction => ({
    kind: "prepare",
    id: of,
    session: 7,
    sequence: 1,
    parts: parts(key),
  })
  const settle = (isCommitted: boolean, of: TransactionAction["id"] = id): ShardAction => ({
    kind: "settle",
    id: of,
    isCommitted,
  })
  const decide = (isCommitted: boolean, of: TransactionAction["id"], done: readonly TransactionAction["id"][] = []) =>
    ({ kind: "decide", id: of, session: 7, sequence: 1, isCommitted, parts: parts("y"), groups: [2], done }) as const

  test("groups that decide alike are right", () => {
    for (const isCommitted of [true, false]) {
      const events = [1, 2].flatMap(group => [executed(group, 1, prepare()), executed(group, 2, settle(isCommitted))])
      expect(judge(atomicCommitment, ...events)).toBe("holds")
    }
    expect(judge(atomicCommitment, executed(1, 2, prepare()))).toBe(GAP)
  })

  test("a transaction that one group commits and another one aborts is found", () => {
    const prepared = [executed(1, 1, prepare()), executed(2, 1, prepare())]
    expect(judge(atomicCommitment, ...prepared, executed(1, 2, settle(true)), executed(2, 2, settle(false)))).toBe(
      "2: transaction -.3.5 was committed in group 1 and aborted in group 2",
    )
    expect(judge(atomicCommitment, ...prepared, executed(1, 2, settle(false)), executed(2, 2, settle(true)))).toBe(
      "2: transaction -.3.5 was aborted in group 1 and committed in group 2",
    )
  })

  test("what a group hears that is not prepared, or not any more, decides nothing", () => {
    const events = [executed(1, 1, prepare()), executed(1, 2, settle(true)), executed(1, 3, settle(false))]
    expect(judge(atomicCommitment, ...events, executed(2, 1, settle(false)))).toBe("holds")
  })

  test("the group that decides in its log is one of those that have to decide alike, by its first decision", () => {
    const of = { ...id, group: 1 }
    const prepared = executed(2, 1, prepare(of))
    expect(judge(atomicCommitment, prepared, executed(1, 1, decide(true, of)), executed(2, 2, settle(true, of)))).toBe(
      "holds",
    )
    expect(judge(atomicCommitment, prepared, executed(1, 1, decide(true, of)), executed(2, 2, settle(false, of)))).toBe(
      "2: transaction 1.3.5 was committed in group 1 and aborted in group 2",
    )
    expect(judge(atomicCommitment, executed(1, 1, decide(true, of)), executed(1, 2, decide(false, of)))).toBe("holds")
  })

  test("a decision that everybody has may be forgotten, and asked for anew", () => {
    const of = { ...id, group: 1 }
    const next = { ...of, number: 6 }
    const forgotten = { ...decide(true, next, [of]), sequence: 2 }
    const events = [executed(1, 1, decide(true, of)), executed(1, 2, forgotten), executed(1, 3, decide(false, of))]
    expect(judge(atomicCommitment, ...events)).toBe("holds")
  })

  test("two attempts at one transaction that are both committed are found", () => {
    const other = { ...id, number: 6 }
    const attempts = (second: boolean) => [
      executed(1, 1, prepare()),
      executed(2, 1, prepare(other)),
      executed(1, 2, settle(true)),
      executed(2, 2, settle(second, other)),
    ]
    expect(judge(atomicCommitment, ...attempts(false))).toBe("holds")
    expect(judge(atomicCommitment, ...attempts(true))).toBe(
      "2: transaction 7, number 1 was committed as -.3.5 and as -.3.6",
    )
  })

  test("the longest time that keys were locked: until they are free, or the run is over", () => {
    const longest = (...events: readonly StoreEvent[]) => longestLock(stateAfter(atomicCommitment, events), 100)
    const locked = executed(1, 1, prepare(), { at: 10 })
    expect(longest()).toBe(0)
    expect(longest(locked)).toBe(90)
    expect(longest(locked, executed(1, 2, prepare(), { at: 20 }))).toBe(90)
    expect(longest(locked, executed(1, 2, settle(true), { at: 35 }))).toBe(25)
    const other = { ...id, number: 6 }
    const short = [executed(2, 1, prepare(other), { at: 50 }), executed(2, 2, settle(false, other), { at: 60 })]
    expect(longest(locked, executed(1, 2, settle(true), { at: 35 }), ...short)).toBe(25)
  })
})
