import { describe, expect, test } from "vitest"
import type { KeyValueOperation } from "../../../services/machines/key-value.ts"
import type { Command, DrawnOperation, Result } from "../../../services/replicated-log/command.ts"
import { LogChecks } from "../../../services/replicated-log/log-checks.ts"

const NOW = 5_000

/** The checks, with clients that may have sent anything up to sequence number 2,000,000. */
function watch(nodes = 3) {
  const checks = new LogChecks(nodes, false)
  const { state } = checks
  const found: string[] = []
  const judged = [
    ["log-agreement", state.agreement],
    ["acknowledged-writes-kept", state.kept],
    ["applied-once", state.once],
    ["asked-for", state.asked],
    ["same-choices", state.choices],
  ] as const
  for (let session = 0; session < 100; session++) state.asked.lastSequence[session] = 2_000_000
  /** Each event may violate a check anew: what a check says of later ones is to be seen here. */
  const collect = () => {
    for (const [name, check] of judged) {
      if (check.violation?.verdict === "violated") found.push(`${name}: ${check.violation.witness}`)
      check.violation = null
    }
  }
  return {
    found,
    state,
    /** Puts a command in flight. */
    send: (command: Command) => void (state.asked.inFlight[command.session] = command),
    apply: (node: number, index: number, command: Command | null, chosen?: string) => {
      checks.applied(node, { type: "applied", index, command, ...(chosen === undefined ? {} : { chosen }) }, NOW)
      collect()
    },
    acknowledge: (command: Command<DrawnOperation>, result: Result) => {
      checks.ended({ type: "ended", client: command.session, command, ending: "ok", result, at: NOW })
      collect()
    },
    /** A traitor says that it executed an entry. */
    claim: (index: number, command: Command | null) => checks.claimed({ type: "applied", index, command }),
    /** A session begins a read. */
    begin: (session: number) => {
      const { lastSequence } = state.asked
      const before = lastSequence[session]!
      const operation = { op: "get", key: "y" } as const
      checks.begun({ type: "begun", client: session, operation, command: command(session, 1, operation), at: NOW })
      lastSequence[session] = before
    },
    finish: (hasSettled = false) => {
      checks.finish(hasSettled, NOW)
      collect()
    },
    undecided: (check: string) => {
      const verdict = checks.verdicts()[check]
      return verdict?.verdict === "undecided" ? verdict.reason : undefined
    },
    nodeDown: (node: number) => checks.nodeDown(node),
    restored: (node: number, index: number) => checks.restored(node, index),
    lost: () => checks.acknowledgedLost,
  }
}

const put = (session: number, sequence: number, value = "v"): Command<KeyValueOperation> =>
  command(session, sequence, { op: "put", key: "x", value })
const command = <O extends DrawnOperation>(session: number, sequence: number, operation: O): Command<O> => {
  return { type: "Command", session, sequence, operation }
}
const replaced = (value: string | null): Result => ({ done: true, value })

describe("log-agreement", () => {
  test("nodes that execute one log agree, also after a restart from the beginning or from a snapshot", () => {
    const { found, apply, finish, nodeDown, restored, undecided } = watch()
    for (let index = 1; index <= 20; index++) apply(0, index, index === 1 ? null : put(1, index))
    for (let index = 1; index <= 5; index++) apply(1, index, index === 1 ? null : put(1, index))
    nodeDown(1)
    for (let index = 1; index <= 6; index++) apply(1, index, index === 1 ? null : put(1, index))
    nodeDown(1)
    restored(1, 10)
    for (let index = 11; index <= 21; index++) apply(1, index, put(1, index))
    restored(2, 20)
    apply(2, 21, put(1, 21))
    finish()
    expect(found).toEqual([])
    expect(undecided("log-agreement")).toBeUndefined()
  })

  test("two entries at one index are found, whichever kind they are", () => {
    const { found, apply } = watch()
    apply(0, 1, put(1, 1))
    apply(1, 1, put(2, 1))
    apply(2, 1, null)
    expect(found).toEqual([
      "log-agreement: node 1 executed command 1 of client 2 at index 1, where node 0 executed command 1 of client 1",
      "log-agreement: node 2 executed an entry without a command at index 1, where node 0 executed command 1 of client 1",
    ])
  })

  test("one command executed with different operations is found", () => {
    const { found, apply } = watch()
    apply(0, 1, put(1, 1, "asked"))
    apply(1, 1, put(1, 1, "asked"))
    apply(2, 1, put(1, 1, "forged"))
    expect(found).toEqual([
      'log-agreement: node 2 executed command 1 of client 1 at index 1 as {"op":"put","key":"x","value":"forged"}, ' +
        'where another node executed {"op":"put","key":"x","value":"asked"}',
    ])
  })

  test("entries too far behind to be remembered are said not to have been compared", () => {
    const { found, apply, restored, undecided } = watch()
    const length = 2 ** 20 + 10
    for (let index = 1; index <= length; index++) apply(0, index, put(1, index))
    expect(undecided("log-agreement")).toBeUndefined()
    apply(1, 1, put(2, 2))
    expect(undecided("log-agreement")).toBe("a node was so far behind that its entries were not compared")
    expect(found).toEqual([])
    restored(1, length - 1)
    apply(1, length, put(2, 2))
    expect(found).toHaveLength(1)
  })
})

describe("applied-once", () => {
  test("a repeated index, and one left out, are found", () => {
    const { found, apply } = watch()
    for (const index of [1, 2, 2, 3, 5]) apply(0, index, put(1, Math.min(index, 4)))
    expect(found).toEqual([
      "applied-once: node 0 executed index 2, but had executed up to 2",
      "applied-once: node 0 executed index 5, but skipped 4 to 4",
    ])
  })

  test("a node that restarts begins at 1, unless it says that it restored a snapshot", () => {
    const { found, apply, nodeDown } = watch()
    for (let index = 1; index <= 5; index++) apply(0, index, put(1, index))
    nodeDown(0)
    apply(0, 6, put(1, 6))
    expect(found).toEqual(["applied-once: node 0 executed index 6, but skipped 1 to 5"])
  })

  test("a retried command may be in the log twice; the answer is that of its first execution", () => {
    const { found, apply, acknowledge } = watch()
    const first = put(1, 1, "a")
    apply(0, 1, first)
    apply(0, 2, put(2, 1, "b"))
    apply(0, 3, first)
    acknowledge(first, replaced(null))
    expect(found).toEqual([])
    const third = put(3, 1, "c")
    apply(0, 4, third)
    acknowledge(third, replaced("a"))
    expect(found).toEqual([
      'applied-once: client 3 was answered done, "a" to its put (command 1); ' +
        'executing the log up to index 4 once gives done, "b"',
    ])
  })
})

describe("acknowledged-writes-kept", () => {
  test("a write that was acknowledged and then replaced is found", () => {
    const { found, apply, acknowledge } = watch()
    apply(0, 1, put(1, 1))
    acknowledge(put(1, 1), replaced(null))
    apply(1, 1, put(2, 1))
    expect(found).toContain(
      "acknowledged-writes-kept: node 1 executed command 1 of client 2 at index 1, where node 0 executed " +
        "command 1 of client 1, which was acknowledged to its client",
    )
  })

  test("a write that was acknowledged before it is executed must be executed by the end", () => {
    const { found, apply, acknowledge, finish } = watch()
    acknowledge(put(1, 1), replaced(null))
    acknowledge(put(2, 1), replaced(null))
    apply(0, 1, put(2, 1))
    finish()
    expect(found).toEqual([
      "acknowledged-writes-kept: command 1 of client 1 was executed by no node, but it was " +
        "acknowledged to its client at 5ms",
    ])
  })

  test("one that a traitor acknowledged need not be executed by the end, unless the group has had the time for it", () => {
    const reason =
      "a traitor acknowledged command 1 of client 0, and the run ended before a loyal node could execute it"
    for (const hasSettled of [false, true]) {
      const { found, acknowledge, claim, finish, undecided } = watch()
      claim(1, put(0, 1))
      acknowledge(put(0, 1), replaced(null))
      finish(hasSettled)
      expect(undecided("acknowledged-writes-kept")).toBe(hasSettled ? undefined : reason)
      expect(found.length).toBe(hasSettled ? 1 : 0)
    }
    const { found, acknowledge, claim, apply, finish, undecided } = watch()
    claim(1, null)
    claim(2, put(0, 1))
    acknowledge(put(0, 1), replaced(null))
    apply(1, 1, null)
    apply(1, 2, put(0, 1))
    // What is claimed of one command says nothing of the next.
    acknowledge(put(1, 1), replaced(null))
    finish()
    expect(undecided("acknowledged-writes-kept")).toBe(undefined)
    expect(found).toEqual([
      "acknowledged-writes-kept: command 1 of client 1 was executed by no node, but it was acknowledged to its client at 5ms",
    ])
  })

  test("a read need not go through the log", () => {
    const { found, acknowledge, finish } = watch()
    acknowledge(command(1, 1, { op: "get", key: "x" }), replaced(null))
    finish()
    expect(found).toEqual([])
  })
})

describe("acknowledged writes are counted", () => {
  test("once, however many nodes replace one", () => {
    const { apply, acknowledge, finish, nodeDown, lost } = watch()
    apply(0, 1, put(1, 1))
    acknowledge(put(1, 1), replaced(null))
    apply(1, 1, put(2, 1))
    apply(2, 1, put(3, 1))
    nodeDown(0)
    nodeDown(1)
    nodeDown(2)
    finish(true)
    expect(lost()).toBe(1)
  })

  test("not if their client was told that they were refused", () => {
    const { found, apply, acknowledge, finish, lost } = watch()
    const cas = command(1, 1, { op: "cas", key: "x", expected: "other", value: "v" })
    acknowledge(cas, { done: false, value: null })
    apply(0, 1, put(2, 1))
    apply(0, 2, command(3, 1, { op: "cas", key: "x", expected: "other", value: "v" }))
    acknowledge(command(3, 1, { op: "cas", key: "x", expected: "other", value: "v" }), { done: false, value: "v" })
    apply(1, 1, put(2, 1))
    apply(1, 2, null)
    finish()
    expect(lost()).toBe(0)
    expect(found).toHaveLength(1)
  })

  test("by what was done, not only by its value", () => {
    const { found, apply, acknowledge } = watch()
    apply(0, 1, put(2, 1))
    const cas = command(3, 1, { op: "cas", key: "x", expected: "other", value: "w" })
    apply(0, 2, cas)
    acknowledge(cas, { done: true, value: "v" })
    expect(found).toEqual([expect.stringContaining('client 3 was answered done, "v" to its cas')])
  })

  test("also after a million entries, when places of the ring are used again", () => {
    const { found, apply, acknowledge, restored, lost } = watch()
    const ring = 2 ** 20
    apply(0, 1, put(2, 1))
    for (let index = 2; index <= ring; index++) apply(0, index, put(1, index))
    acknowledge(put(1, ring), replaced("v"))
    restored(0, ring + 1)
    apply(0, ring + 2, put(1, ring + 2))
    // Index 1 has been forgotten; the place is that of index 1 + 2^20, which nobody has reported yet.
    acknowledge(put(2, 1), replaced(null))
    restored(1, ring)
    apply(1, ring + 1, put(3, 1))
    restored(2, ring)
    apply(2, ring + 1, put(4, 1))
    expect(found).toHaveLength(1)
    expect(found[0]).toContain("log-agreement: node 2 executed command 1 of client 4 at index 1048577, where node 1")
    expect(lost()).toBe(0)
    const other = watch()
    other.apply(0, 1, put(2, 1))
    other.acknowledge(put(2, 1), replaced(null))
    for (let index = 2; index <= ring; index++) other.apply(0, index, put(1, index))
    other.restored(0, ring + 1)
    other.apply(0, ring + 2, put(1, ring + 2))
    other.restored(1, ring)
    other.apply(1, ring + 1, put(3, 1))
    other.restored(2, ring)
    other.apply(2, ring + 1, put(4, 1))
    expect(other.lost()).toBe(0)
  })
})

test("who executed an index first is remembered for a thousand entries", () => {
  const { found, apply } = watch()
  for (let index = 1; index <= 1_030; index++) apply(0, index, put(1, index))
  apply(1, 1, put(2, 1))
  apply(2, 1, put(1, 1))
  for (let index = 2; index <= 6; index++) apply(2, index, put(1, index))
  apply(2, 7, null)
  expect(found[0]).toContain("where another node executed command 1 of client 1")
  expect(found[1]).toContain("where node 0 executed command 7 of client 1")
})

describe("asked-for", () => {
  test("a command of no client, of a number not yet used, or with another content is found", () => {
    const { found, apply, send } = watch()
    apply(0, 1, put(100, 1))
    apply(0, 2, put(1, 2_000_001))
    apply(1, 1, put(100, 1))
    apply(1, 2, put(1, 2_000_001))
    apply(1, 3, put(5, 0))
    apply(0, 3, put(5, 0))
    send(put(2, 1, "asked"))
    apply(0, 4, put(2, 1, "asked"))
    send(put(3, 1, "asked"))
    apply(0, 5, put(3, 1, "other"))
    expect(found).toEqual([
      "asked-for: node 0 executed command 1 of client 100 at index 1, which no client sent",
      "asked-for: node 0 executed command 2000001 of client 1 at index 2, which no client sent",
      "asked-for: node 1 executed command 0 of client 5 at index 3, which no client sent",
      'asked-for: node 0 executed command 1 of client 3 at index 5, altered to {"op":"put","key":"x","value":"other"}',
    ])
  })
})

describe("same-choices", () => {
  const draw = (session: number, sequence = 1) => command(session, sequence, { op: "draw", key: "x" } as const)

  test("nodes that execute an operation with different choices are found, and that they executed the same is not enough", () => {
    const { found, apply } = watch()
    apply(0, 1, draw(1), "7")
    apply(1, 1, draw(1), "7")
    apply(2, 1, draw(1), "8")
    apply(0, 2, draw(1, 2), "7")
    apply(1, 2, draw(1, 2), "9")
    expect(found).toEqual([
      "same-choices: node 2 executed command 1 of client 1 at index 1 with the choice 8, where node 0 had chosen 7",
      "same-choices: node 1 executed command 2 of client 1 at index 2 with the choice 9, where node 0 had chosen 7",
    ])
  })

  test("a command that comes again has no choice of its own", () => {
    const { found, apply } = watch()
    for (const node of [0, 1]) {
      apply(node, 1, draw(1), "7")
      apply(node, 2, draw(1))
    }
    expect(found).toEqual([])
  })

  test("the answer is that of the choice which was reported first", () => {
    const { found, apply, acknowledge } = watch()
    apply(0, 2, draw(2), "8")
    apply(0, 1, draw(1), "7")
    found.length = 0
    acknowledge(draw(1), { done: true, value: "7" })
    acknowledge(draw(2), { done: true, value: "8" })
    expect(found).toEqual([])
    apply(0, 3, draw(3), "9")
    found.length = 0
    acknowledge(draw(3), { done: true, value: "1" })
    expect(found).toEqual([expect.stringContaining('client 3 was answered done, "1" to its draw')])
  })

  test("what is too long ago is not compared, and the check says so", () => {
    const { apply, undecided } = watch()
    for (let index = 1; index <= 2 ** 16 + 1; index++) apply(0, index, draw(1, index), "7")
    expect(undecided("same-choices")).toBeUndefined()
    apply(1, 1, draw(1, 1), "7")
    expect(undecided("same-choices")).toBe("a node was so far behind that its choices were not compared")
  })
})

describe("an index that no node reported, as its node restored a snapshot of it", () => {
  const first = put(1, 1, "a")
  const hidden = put(2, 1, "b")
  const later = put(3, 1, "c")

  /** Index 2 is covered by the snapshot of node 1, and reported by nobody; index 3 replaced its value. */
  function skipped() {
    const watched = watch()
    watched.apply(0, 1, first)
    watched.restored(1, 2)
    watched.apply(1, 3, later)
    return watched
  }

  test("answers after it are not judged by what is not known", () => {
    const { found, acknowledge, finish, undecided } = skipped()
    acknowledge(first, replaced(null))
    acknowledge(later, replaced("b"))
    finish()
    expect(found).toEqual([])
    expect(undecided("applied-once")).toBe(
      "no node reported index 2, which a snapshot covers: answers after it were not compared",
    )
    expect(undecided("log-agreement")).toBeUndefined()
  })

  test("answers before it are", () => {
    const { found, acknowledge } = skipped()
    acknowledge(first, replaced("x"))
    expect(found).toEqual([expect.stringContaining("applied-once: client 1 was answered")])
  })

  test("answers after it are compared once a node that is behind reports it", () => {
    for (const [before, wrong] of [
      ["b", 0],
      ["a", 1],
    ] as const) {
      const { found, apply, acknowledge, finish, undecided } = skipped()
      acknowledge(later, replaced(before))
      apply(0, 2, hidden)
      finish()
      expect(found).toHaveLength(wrong)
      expect(undecided("applied-once")).toBeUndefined()
    }
  })

  test("stays unknown when another node restores an earlier snapshot", () => {
    const { found, acknowledge, finish, restored, undecided } = skipped()
    restored(2, 1)
    acknowledge(hidden, replaced("a"))
    finish()
    expect(found).toEqual([])
    expect(undecided("acknowledged-writes-kept")).toContain("it may hold the write")
  })

  test("nothing is undecided where no answer depends on it", () => {
    const { found, finish, undecided } = skipped()
    finish()
    expect(found).toEqual([])
    expect(undecided("applied-once")).toBeUndefined()
    expect(undecided("acknowledged-writes-kept")).toBeUndefined()
  })

  test("an acknowledged write that nobody reported may be there", () => {
    const { found, acknowledge, finish, undecided, lost } = skipped()
    acknowledge(hidden, replaced("a"))
    finish()
    expect(found).toEqual([])
    expect(lost()).toBe(0)
    expect(undecided("acknowledged-writes-kept")).toBe(
      "no node reported index 2, which a snapshot covers: it may hold the write",
    )
  })

  test("an acknowledged write that nobody reported is lost once all that may have held it is reported", () => {
    const { found, apply, acknowledge, finish } = skipped()
    acknowledge(put(4, 1), replaced("a"))
    apply(0, 2, hidden)
    finish()
    expect(found).toEqual([expect.stringContaining("command 1 of client 4 was executed by no node")])
  })

  test("a write acknowledged before it is reported is found there, and its answer compared", () => {
    const { found, apply, acknowledge, finish, lost } = skipped()
    acknowledge(hidden, replaced("wrong"))
    apply(0, 2, hidden)
    finish()
    expect(found).toEqual([expect.stringContaining("applied-once: client 2 was answered")])
    expect(lost()).toBe(0)
  })

  test("two nodes that report it late must agree, and what they report must have been asked for", () => {
    const { found, apply } = skipped()
    apply(0, 2, put(100, 1))
    apply(2, 1, first)
    apply(2, 2, put(5, 1))
    expect(found).toEqual([
      "asked-for: node 0 executed command 1 of client 100 at index 2, which no client sent",
      expect.stringContaining("log-agreement: node 2 executed command 1 of client 5 at index 2, where node 0 executed"),
    ])
  })

  test("a repeated command behind it is judged by its first execution, not by the one that was reported first", () => {
    const { found, apply, acknowledge, finish } = skipped()
    apply(1, 4, hidden)
    acknowledge(hidden, replaced("a"))
    apply(0, 2, hidden)
    finish()
    expect(found).toEqual([])
  })

  test("however much follows it, memory stays bounded and the answers uncompared", () => {
    const { found, apply, acknowledge, finish, undecided } = skipped()
    for (let index = 4; index < 70_000; index++) apply(1, index, put(1, index))
    acknowledge(put(1, 69_999), replaced("never"))
    apply(0, 2, hidden)
    acknowledge(put(1, 69_999), replaced("never"))
    finish()
    expect(found).toEqual([])
    expect(undecided("applied-once")).toMatch(/^no node reported index \d+, which a snapshot covers/)
  })
})

describe("an acknowledged write beyond the end of the log", () => {
  const writes = [1, 2, 3, 4].map(index => put(index, 1))

  /** Four acknowledged writes on three nodes that all go down. */
  function down() {
    const watched = watch()
    for (let node = 0; node < 3; node++) for (const [i, write] of writes.entries()) watched.apply(node, i + 1, write)
    for (const [i, write] of writes.entries()) watched.acknowledge(write, replaced(i === 0 ? null : "v"))
    for (let node = 0; node < 3; node++) watched.nodeDown(node)
    return watched
  }

  test("is not missed while nodes have yet to execute their logs again", () => {
    const { found, apply, finish, lost } = down()
    apply(0, 1, writes[0]!)
    finish()
    expect(found).toEqual([])
    expect(lost()).toBe(0)
  })

  test("is lost where the log has taken another course before it", () => {
    const { found, apply, finish, lost } = down()
    apply(0, 1, writes[0]!)
    apply(0, 2, null)
    finish()
    expect(lost()).toBe(3)
    expect(found.at(-1)).toBe(
      "acknowledged-writes-kept: the log of every node that is up ends at index 2, but command 1 of client 3 " +
        "at index 3 was acknowledged to its client",
    )
  })

  test("is not lost while one node that is up has executed it", () => {
    const { apply, finish, lost } = down()
    for (const [i, write] of writes.entries()) apply(1, i + 1, write)
    apply(0, 1, null)
    finish()
    expect(lost()).toBe(1)
  })

  test("is lost where an operation that began since was served without it", () => {
    const { found, apply, acknowledge, finish, lost, begin } = down()
    apply(0, 1, writes[0]!)
    begin(9)
    acknowledge(command(9, 1, { op: "get", key: "y" }), replaced(null))
    finish()
    expect(lost()).toBe(3)
    expect(found[0]).toContain("acknowledged-writes-kept: the log of every node that is up ends at index 1")
  })

  test("is not lost if the operation may have met a node that had it and is down again", () => {
    const { found, apply, acknowledge, finish, nodeDown, begin } = down()
    begin(9)
    for (const [i, write] of writes.entries()) apply(1, i + 1, write)
    nodeDown(1)
    acknowledge(command(9, 1, { op: "get", key: "y" }), replaced(null))
    finish()
    expect(found).toEqual([])
  })

  test("is not lost if a node has executed it by the time the operation is answered, or by the end", () => {
    const { found, apply, acknowledge, finish, nodeDown, begin } = down()
    begin(9)
    for (const [i, write] of writes.entries()) apply(1, i + 1, write)
    acknowledge(command(9, 1, { op: "get", key: "y" }), replaced(null))
    nodeDown(1)
    begin(8)
    acknowledge(command(8, 1, { op: "get", key: "y" }), replaced(null))
    for (const [i, write] of writes.entries()) apply(0, i + 1, write)
    finish()
    expect(found).toEqual([])
  })

  test("is told apart from the last one that a node still has", () => {
    const { apply, acknowledge, finish, nodeDown, lost, begin } = watch()
    for (const [i, write] of writes.entries()) apply(0, i + 1, write)
    for (const [i, write] of writes.slice(0, 3).entries()) apply(1, i + 1, write)
    for (const [i, write] of writes.entries()) acknowledge(write, replaced(i === 0 ? null : "v"))
    nodeDown(0)
    begin(9)
    acknowledge(command(9, 1, { op: "get", key: "y" }), replaced(null))
    finish()
    expect(lost()).toBe(1)
  })

  test("is lost where the group has settled", () => {
    const { finish, restored, lost } = down()
    restored(2, 3)
    finish(true)
    expect(lost()).toBe(1)
  })
})
