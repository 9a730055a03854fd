/**
 * The classic ways in which a replicated store goes wrong, each as the shortest history that shows it, and beside it the
 * same history with the answer that would have been right. Both checkers must tell them apart.
 */
import { describe, expect, test } from "vitest"
import { checkHistory } from "../../../services/linearizability/check.ts"
import { keyValueModel } from "../../../services/linearizability/key-value.ts"
import { append, by, cas, type Entry, feed, get, lost, lostPut, put, Stream, swap } from "./histories.ts"

interface Anomaly {
  readonly name: string
  /** What happened up to the answer in question. */
  readonly before: readonly Entry[]
  readonly wrong: Entry
  readonly right: Entry
}

const anomalies: readonly Anomaly[] = [
  {
    name: "stale read: a follower answers from what it had before",
    before: [put("1", 0, 1), put("2", 2, 3)],
    wrong: get("1", 4, 5),
    right: get("2", 4, 5),
  },
  {
    name: "lost write: acknowledged, then forgotten",
    before: [put("1", 0, 1)],
    wrong: get(null, 2, 3),
    right: get("1", 2, 3),
  },
  {
    name: "lost update: of two updates of one value only the later survives",
    before: [put("0", 0, 1), append("a", undefined, 2, 5), append("b", undefined, 3, 6)],
    wrong: get("0b", 7, 8),
    right: get("0ba", 7, 8),
  },
  {
    name: "lost update by two that both saw the value before",
    before: [put("0", 0, 1), swap("1", "0", 2, 5)],
    wrong: swap("2", "0", 6, 7),
    right: swap("2", "1", 6, 7),
  },
  {
    name: "split brain: two leaders each acknowledge a write, and each serves its own",
    before: [put("a", 0, 10), put("b", 0, 12), get("a", 11, 13), get("b", 14, 15)],
    wrong: get("a", 16, 17),
    right: get("b", 16, 17),
  },
  {
    name: "split brain: both sides let a compare-and-set from the same value succeed",
    before: [put("0", 0, 1), cas("0", "a", true, 2, 9)],
    wrong: cas("0", "b", true, 3, 8),
    right: cas("0", "b", false, 3, 8),
  },
  {
    name: "duplicate apply: a retried append takes effect twice",
    before: [append("a", null, 0, 1)],
    wrong: get("aa", 2, 3),
    right: get("a", 2, 3),
  },
  {
    name: "duplicate apply of an append whose client never heard",
    before: [lost(append("a", null, 0, 1)), get("a", 2, 3)],
    wrong: get("aa", 4, 5),
    right: get("a", 4, 5),
  },
  {
    name: "late retry: a write comes back over a newer one",
    before: [put("1", 0, 1), put("2", 2, 3), get("2", 4, 5)],
    wrong: get("1", 6, 7),
    right: get("2", 6, 7),
  },
  {
    name: "read-your-writes: a client misses its own write",
    before: [put("0", 0, 1), by(7, put("1", 2, 3))],
    wrong: by(7, get("0", 4, 5)),
    right: by(7, get("1", 4, 5)),
  },
  {
    name: "non-monotonic reads: a client sees a write under way, and then not",
    before: [put("0", 0, 1), put("1", 2, 20), by(7, get("1", 3, 4))],
    wrong: by(7, get("0", 5, 6)),
    right: by(7, get("1", 5, 6)),
  },
  {
    name: "read from the future: a value before anybody began to write it",
    before: [by(8, put("1", 10, 11))],
    wrong: get("1", 5, 9),
    right: get("1", 5, 10),
  },
  {
    name: "read from nowhere: a value that nobody wrote",
    before: [put("1", 0, 1), lostPut("2", 0)],
    wrong: get("3", 2, 3),
    right: get("2", 2, 3),
  },
  {
    name: "a write of unknown outcome is seen, and then undone",
    before: [put("0", 0, 1), lostPut("1", 2), get("1", 3, 4)],
    wrong: get("0", 5, 6),
    right: get("1", 5, 6),
  },
  {
    name: "a write of unknown outcome takes effect twice, with another in between",
    before: [lostPut("1", 0), get("1", 1, 2), put("2", 3, 4), get("2", 5, 6)],
    wrong: get("1", 7, 8),
    right: get("2", 7, 8),
  },
  {
    name: "compare-and-set that was refused though its expectation held all the time",
    before: [put("1", 0, 1)],
    wrong: cas("1", "2", false, 2, 3),
    right: cas("1", "2", true, 2, 3),
  },
  {
    name: "compare-and-set that succeeded though its expectation never held",
    before: [put("1", 0, 1), put("2", 2, 3)],
    wrong: cas("1", "3", true, 4, 5),
    right: cas("2", "3", true, 4, 5),
  },
  {
    name: "compare-and-set that was refused takes effect all the same",
    before: [put("1", 0, 1), cas("0", "2", false, 2, 3)],
    wrong: get("2", 4, 5),
    right: get("1", 4, 5),
  },
  {
    name: "compare-and-set of unknown outcome takes effect though it could not",
    before: [put("1", 0, 1), lost(cas("0", "2", true, 2, 3))],
    wrong: get("2", 4, 5),
    right: get("1", 4, 5),
  },
  {
    name: "chain of compare-and-sets of unknown outcome with a link missing",
    before: [put("0", 0, 1), lost(cas("0", "1", true, 2, 3)), lost(cas("2", "3", true, 2, 3))],
    wrong: get("3", 4, 5),
    right: get("1", 4, 5),
  },
  {
    name: "two readers see two writes in opposite orders",
    before: [put("1", 0, 50), put("2", 0, 50), by(1, get("1", 1, 2)), by(2, get("2", 3, 4))],
    wrong: by(3, get("1", 5, 6)),
    right: by(3, get("2", 5, 6)),
  },
]

function verdictOfStream(history: readonly Entry[]): string {
  const stream = new Stream()
  // What is lost is given up when all else is over.
  feed(stream, history, 1_000)
  if (stream.violation !== undefined) return "violated"
  return stream.givenUp.length > 0 ? "undecided" : "holds"
}

describe.each(anomalies)("$name", ({ before, wrong, right }) => {
  const history = (last: Entry): Entry[] => [...before, last]

  test("is found, and what is shown of it cannot be by itself", () => {
    const verdict = checkHistory(keyValueModel, history(wrong))
    expect(verdict).toMatchObject({ verdict: "violated", witness: expect.arrayContaining([wrong]) })
    const witness = verdict.verdict === "violated" ? verdict.witness : []
    expect(checkHistory(keyValueModel, witness).verdict).toBe("violated")
    expect(verdictOfStream(history(wrong))).toBe("violated")
  })

  test("is found among other operations", () => {
    const others = Array.from({ length: 40 }, (_, i) => by(100 + i, put(`n${i}`, 100 + 2 * i, 103 + 2 * i)))
    const elsewhere = others.map(entry => ({ ...entry, input: { ...entry.input, key: "y" } }))
    const verdict = checkHistory(keyValueModel, [...elsewhere, ...history(wrong), ...others])
    expect(verdict).toMatchObject({ verdict: "violated", partition: "x" })
    expect(verdict.verdict === "violated" && verdict.witness.length).toBeLessThanOrEqual(before.length + 1)
  })

  test("with the right answer holds", () => {
    expect(checkHistory(keyValueModel, history(right)).verdict).toBe("holds")
    expect(verdictOfStream(history(right))).toBe("holds")
  })
})
