// The register in a replicated log, as the store of leases keeps it: what its process makes of the answers of the log.
import { describe, expect, test } from "vitest"
import type { RegisterState } from "../../../algorithms/common/logged-register.ts"
import { openLease } from "../lease-leadership/support.ts"

/** A store in Raft whose first process acts, and asks the log to confirm that, or to change the register; nobody answers but the test. */
function asking(isChange: boolean) {
  const { cluster, store, acquire, release } = openLease(3, {
    store: "raft",
    storeNodes: 3,
    lease: "10s",
    renewInterval: "3s",
  })
  const register = (process = store): RegisterState => Reflect.get(cluster.state(process), "register")
  cluster.runUntil(() => register().phase === "acting")
  acquire(0)
  cluster.runUntil(() => cluster.state(0).phase === "holding")
  cluster.runFor("10ms")
  cluster.intercept((_, to, { type }) => (type.startsWith("log/") && to > store ? "drop" : "deliver"))
  if (isChange) release(0)
  else acquire(1)
  cluster.runUntil(() => register().asked !== null)
  const { sequence, operation } = register().asked!
  const answer = (given: { readonly sequence?: number; readonly done?: boolean; readonly value?: string | null }) =>
    cluster.inject(store, store, { type: "LogAnswered", sequence, done: true, value: register().contents, ...given })
  return { cluster, store, register, sequence, operation, answer }
}

describe("a process that acts on the register", () => {
  test("asks the log again until that answers what it has asked", () => {
    const { cluster, store, register, sequence, operation, answer } = asking(false)
    expect([operation, cluster.armed(store).includes("resendCommand")]).toEqual([{ op: "get", key: "register" }, true])
    answer({ sequence: sequence - 1 })
    expect(register().asked?.sequence).toBe(sequence)
    answer({})
    expect([register().phase, register().asked, cluster.armed(store).includes("resendCommand")]).toEqual([
      "acting",
      null,
      false,
    ])
  })

  test("changes it by a compare-and-set on what it was", () => {
    const { register, operation, answer } = asking(true)
    expect(operation).toMatchObject({ op: "cas", key: "register", expected: register().contents })
    answer({})
    expect([register().phase, register().contents]).toEqual(["acting", operation.op === "cas" && operation.value])
  })

  test.each([
    ["confirmed", false, { value: "something else" }],
    ["changed", true, { done: false }],
  ])("acts no longer if it is not what it was when it should be %s: it reads that again", (_, isChange, given) => {
    const { register, sequence, answer } = asking(isChange)
    answer(given)
    expect([register().phase, register().asked?.operation]).toEqual(["reading", { op: "get", key: "register" }])
    expect(register().asked!.sequence).toBeGreaterThan(sequence)
  })

  test("rests, and waits for no answer, once it leads the log no more", () => {
    const { cluster, store, register } = asking(false)
    cluster.intercept(() => "drop")
    cluster.runUntil(() => register().leader !== store, "30s")
    expect([register().phase, register().asked, cluster.armed(store).includes("resendCommand")]).toEqual([
      "idle",
      null,
      false,
    ])
  })
})

test("whoever comes to lead the log reads the register, and numbers its reign above all before", () => {
  const { cluster, store, acquire } = openLease(3, { store: "raft", storeNodes: 3 })
  const register = (process: number): RegisterState => Reflect.get(cluster.state(process), "register")
  cluster.runUntil(() => register(store).phase === "acting")
  acquire(0)
  cluster.runFor("50ms")
  const reignOf = (process: number): number => JSON.parse(register(process).contents!).reign
  const before = reignOf(store)
  cluster.crash(store)
  const others = [store + 1, store + 2]
  cluster.runUntil(() => others.some(process => register(process).phase === "acting"), "30s")
  const next = others.find(process => register(process).phase === "acting")!
  expect(reignOf(next)).toBe(before + 1)
  expect(others.filter(process => process !== next).map(process => register(process).phase)).toEqual(["idle"])
})
