/**
 * The check of linearizability on a history like that of a run: concurrent clients, a few keys, some lost answers; and on
 * short histories of the shape in which Porcupine and Knossos keep theirs.
 */
import { Random } from "../../runtime/lib/random.ts"
import { checkHistory, type HistoryVerdict } from "../../services/linearizability/check.ts"
import { type KeyValueAnswer, keyValueModel } from "../../services/linearizability/key-value.ts"
import type { HistoryOperation } from "../../services/linearizability/model.ts"
import type { KeyValueOperation } from "../../services/machines/key-value.ts"
import type { Task } from "../task.ts"
import { shortHistories } from "./short-histories.ts"

const OPERATIONS = 20_000
const CLIENTS = 8
const KEYS = 16

export const checkers: readonly Task[] = [
  task("linearizability", OPERATIONS, KEYS),
  // Unique values identify their writers, however many operations overlap.
  task("linearizability, one key", 10 * OPERATIONS, 1),
  shortTask("linearizability, short histories", "holds"),
  shortTask("linearizability, short violated histories", "violated"),
]

/** Judges histories as `quorate check-history` does: with a witness, if they are violated. */
function shortTask(name: string, verdict: HistoryVerdict<unknown, unknown>["verdict"]): Task {
  return {
    name,
    unit: "operations",
    prepare: async () => {
      const histories = shortHistories(verdict === "holds")
      return () => {
        let operations = 0
        for (const history of histories) {
          const found = checkHistory(keyValueModel, history).verdict
          if (found !== verdict) throw new Error(`a short history: ${found} instead of ${verdict}`)
          operations += history.length
        }
        return operations
      }
    },
  }
}

function task(name: string, operations: number, keys: number): Task {
  return {
    name,
    unit: "operations",
    prepare: async () => {
      const history = historyOf(operations, keys)
      return () => {
        const { verdict } = checkHistory(keyValueModel, history)
        if (verdict !== "holds") throw new Error(`a linearizable history: ${verdict}`)
        return operations
      }
    },
  }
}

/** A linearizable history: each operation takes effect in the middle between its call and its return. */
function historyOf(operations: number, keys: number): readonly HistoryOperation<KeyValueOperation, KeyValueAnswer>[] {
  const random = new Random(1)
  const store = new Map<string, string>()
  const drafts = Array.from({ length: operations }, (_, index) => {
    const call = Math.floor(index / CLIENTS) * 100 + random.integer(0, 40)
    return { client: index % CLIENTS, call, middle: call + random.integer(5, 25), isWrite: random.integer(0, 1) === 1 }
  })
  return drafts
    .toSorted((a, b) => a.middle - b.middle)
    .map(({ client, call, middle, isWrite }, index) => {
      const key = `k${random.integer(0, keys - 1)}`
      const value = store.get(key) ?? null
      const input: KeyValueOperation = isWrite ? { op: "put", key, value: String(index) } : { op: "get", key }
      if (isWrite) store.set(key, String(index))
      const output: KeyValueAnswer = isWrite ? { done: true } : { done: true, value }
      const isLost = isWrite && random.integer(0, 99) === 0
      return { client, input, call, return: isLost ? Infinity : 2 * middle - call, output: isLost ? undefined : output }
    })
    .toSorted((a, b) => a.call - b.call)
}
