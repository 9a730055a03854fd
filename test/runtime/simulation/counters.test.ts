// What a run counts, held against what an observer sees of it.
import { describe, expect, it } from "vitest"
import type { Purpose } from "../../../runtime/contract/algorithm.ts"
import { RunDigest } from "../../../runtime/simulation/events/run-digest.ts"
import type { CompletedRun, Scenario } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"

/** Answers with all three purposes by turns. */
const PURPOSES: readonly Purpose[] = ["protocol", "heartbeat", "retransmission"]
const varied: typeof chatter = {
  ...chatter,
  start: node => node.id === 2 && node.broadcast({ type: "Note", number: 0 }),
  receive: {
    ...chatter.receive,
    Note(node, { number }, from) {
      node.send(from, { type: "Thanks", number, glad: true }, PURPOSES[number % 3])
      node.save({ heard: number })
      node.append("log", number)
      if (number % 2 === 0) node.save({ heard: number })
    },
  },
}

function watched(changes: Partial<Scenario> = {}): {
  readonly run: CompletedRun
  readonly events: readonly TraceEvent[]
} {
  const events: TraceEvent[] = []
  const run = simulate(tellingScenario({ algorithm: varied, ...changes }), 1, { observer: event => events.push(event) })
  if (run.status === "failed") throw new Error(run.reason)
  return { run, events }
}

const count = (events: readonly TraceEvent[], matches: (event: TraceEvent) => boolean): number =>
  events.filter(event => matches(event)).length

describe.each([
  ["a calm run", {}],
  ["without a warm-up", { warmup: 0 }],
  ["a lossy run", { network: { latency: { model: "uniform", min: 200, max: 900 }, loss: 0.2, duplication: 0.2 } }],
  ["a run with a crash", { faults: [{ kind: "crash", target: { nodes: [1] }, at: 50_000, for: 9_000 }] }],
  ["a run whose disks take time", { disk: { syncLatency: 1_500 } }],
  [
    "a run of slow nodes",
    { network: { latency: { model: "constant", delay: 100 }, loss: 0, duplication: 0, serviceTime: 300 } },
  ],
] as const)("%s", (_, changes) => {
  const { run, events } = watched(changes)
  const warmup = "warmup" in changes ? changes.warmup : 10_000
  const measured = events.filter(({ time }) => time >= warmup)

  it("counts messages by purpose and by type, since the end of the warm-up", () => {
    for (const purpose of PURPOSES) {
      expect(run.messages[purpose]).toBe(count(measured, event => event.type === "send" && event.purpose === purpose))
    }
    for (const type of ["Note", "Thanks"]) {
      const sent = measured.filter(event => event.type === "send" && event.message.type === type)
      expect(run.messagesByType[type]).toBe(sent.length)
      expect(run.protocolByType[type]).toBe(count(sent, event => event.type === "send" && event.purpose === "protocol"))
    }
    expect(run.messages.client).toBe(count(measured, ({ type }) => type === "ask" || type === "reply"))
  })

  it("counts bytes: 24 of a note, 32 of thanks, and those of requests and replies", () => {
    for (const purpose of PURPOSES) {
      const size = (event: TraceEvent): number =>
        event.type === "send" && event.purpose === purpose ? (event.message.type === "Note" ? 24 : 32) : 0
      expect(run.bytes[purpose]).toBe(measured.reduce((sum, event) => sum + size(event), 0))
    }
    // A request carries two numbers and a reply one, each with a header of 16 bytes.
    const size = ({ type }: TraceEvent): number => (type === "ask" ? 32 : type === "reply" ? 24 : 0)
    expect(run.bytes.client).toBe(measured.reduce((sum, event) => sum + size(event), 0))
  })

  it("counts one sync for the writes of a handler, since the end of the warm-up", () => {
    expect(run.diskSyncs).toBe(count(measured, ({ type }) => type === "write"))
    expect(run.diskSyncs).toBeGreaterThan(50)
  })

  it("counts what is delivered, to nodes and to clients, since the run began", () => {
    const delivered = ["deliver", "request", "answer"]
    expect(run.delivered).toBe(count(events, ({ type }) => delivered.includes(type)))
  })

  it("ends after the last of all events", () => {
    expect(run.ended).toBeGreaterThanOrEqual(events.at(-1)!.time)
  })
})

it("a digest distinguishes events by each of their parts, and by their order", () => {
  const digestOf = (
    ...events: readonly (readonly [time: number, kind: number, source: number, target: number])[]
  ): string => {
    const digest = new RunDigest()
    for (const event of events) digest.record(...event)
    return digest.text
  }
  const different = [
    digestOf([1, 2, 3, 4]),
    digestOf([9, 2, 3, 4]),
    digestOf([1, 9, 3, 4]),
    digestOf([1, 2, 9, 4]),
    digestOf([1, 2, 3, 9]),
    digestOf([1, 2, 3, 4], [1, 2, 3, 5]),
    digestOf([1, 2, 3, 5], [1, 2, 3, 4]),
    digestOf(),
    ...[
      [1, 24],
      [2, 24],
      [1, 32],
    ].map(([content = 0, bytes = 0]) => {
      const digest = new RunDigest()
      digest.record(1, 2, 3, 4)
      digest.recordContent(content, bytes)
      return digest.text
    }),
  ]
  expect(new Set(different).size).toBe(different.length)
})
