/** Replicated logs that are wrong: what the adapters' checks make of them. */
import { describe, expect, it } from "vitest"
import { type Algorithm, algorithm, type Shape } from "../../../runtime/contract/algorithm.ts"
import { lockService } from "../../../services/adapters/lock-service.ts"
import { logDecision } from "../../../services/adapters/log-decision.ts"
import type { Command, Result } from "../../../services/replicated-log/command.ts"
import type { ReplicatedLog } from "../../../services/replicated-log/shape.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun } from "../../support/service-run.ts"

interface BadLog extends Shape {
  readonly parameters: object
  readonly disk: object
  readonly state: { index: number }
  readonly message: { readonly type: "Copy"; readonly command: Command }
  readonly timer: never
  readonly service: ReplicatedLog
}

/** A log that node 0 copies to all; `answer` is what clients are told, `learn` what each node executes. */
function badLog(
  answer: (command: Command) => Result,
  learn: (node: number, command: Command) => Command,
): Algorithm<BadLog> {
  return algorithm<BadLog>({
    name: "bad-log",
    title: "Bad log",
    source: "for tests",
    summary: "Copies without agreement.",
    tolerates: { faults: "none", of: () => 0 },
    serves: [replicatedLog],
    parameters: {},
    disk: () => ({}),
    state: () => ({ index: 0 }),
    start() {},
    receive: {
      Copy: (node, { command }) => {
        node.report({ type: "applied", index: ++node.state.index, command: learn(node.id, command) })
      },
    },
    timeout: {},
    request: {
      Command(node, command, client) {
        node.broadcast({ type: "Copy", command })
        node.send(node.id, { type: "Copy", command })
        node.reply(client, { type: "Result", sequence: command.sequence, result: answer(command) })
      },
    },
  })
}

/** The same command with another value proposed. */
function proposing(command: Command, value: string): Command {
  return command.operation.op === "cas" ? { ...command, operation: { ...command.operation, value } } : command
}

describe("a lock service on a log", () => {
  it("that grants the lock to everybody is caught, and so are its fencing tokens", () => {
    const generous = badLog(
      () => ({ done: true, value: "1" }),
      (_, command) => command,
    )
    const { outcome } = completeRun(generous, lockService, { nodes: 3, duration: "100ms", workload: { requesters: 4 } })
    expect(outcome.verdicts).toMatchObject({
      "mutual-exclusion": { verdict: "violated" },
      "timestamp-order": { verdict: "violated" },
    })
  })

  it("that never grants it is not available", () => {
    const mean = badLog(
      () => ({ done: false, value: "1" }),
      (_, command) => command,
    )
    const { outcome } = completeRun(mean, lockService, { nodes: 3, duration: "3s", workload: { deadline: "500ms" } })
    expect(outcome.availability).toBe(0)
    expect(outcome.attempted).toBe(3 * 6)
  })
})

describe("agreement on a log", () => {
  const done: Result = { done: true, value: null }

  it("whose nodes execute different entries is caught", () => {
    const forked = badLog(
      () => done,
      (node, command) => (node === 2 ? proposing(command, "0") : command),
    )
    const { outcome } = completeRun(forked, logDecision, { nodes: 3, workload: { proposal: "attack" } })
    expect(outcome).toMatchObject({ ok: 0, failed: 1 })
    expect(outcome.verdicts).toMatchObject({ agreement: { verdict: "violated" }, validity: { verdict: "violated" } })
  })

  it("whose nodes make entries up is caught", () => {
    const invented = badLog(
      () => done,
      (_, command) => proposing(command, "9"),
    )
    const { outcome } = completeRun(invented, logDecision, { nodes: 3 })
    expect(outcome.verdicts).toMatchObject({ agreement: { verdict: "holds" }, validity: { verdict: "violated" } })
  })
})
