// The purpose of answers: that of what they answer.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { paxos } from "../../../algorithms/paxos/paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Algorithm, Purpose } from "../../../runtime/contract/algorithm.ts"
import type { Scenario } from "../../../runtime/scenario/scenario.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { chatter, tellingScenario } from "../../support/chatter.ts"
import { scenarioOf } from "../../support/service-run.ts"

function eventsOf(scenario: Scenario): readonly TraceEvent[] {
  const events: TraceEvent[] = []
  const run = simulate(scenario, 1, { observer: event => events.push(event) })
  if (run.status === "failed") throw new Error(run.reason)
  return events
}

/** How many messages of each of the types were sent for each purpose. */
function sent(events: readonly TraceEvent[], type: string): Readonly<Record<Purpose, number>> {
  const counts = { protocol: 0, heartbeat: 0, retransmission: 0 }
  for (const event of events) if (event.type === "send" && event.message.type === type) counts[event.purpose]++
  return counts
}

const PURPOSES: readonly Purpose[] = ["protocol", "heartbeat", "retransmission"]
const asking: typeof chatter = {
  ...chatter,
  answers: ["Thanks"],
  request: {
    Tell: (node, { to, number }) => node.send(to, { type: "Note", number }, PURPOSES[number % 3]),
  },
}

describe("an answer has the purpose of what it answers", () => {
  test.each([
    ["at once", {}],
    ["after a write", { disk: { syncLatency: 1_500 } }],
    [
      "of a busy node",
      { network: { latency: { model: "constant", delay: 100 }, loss: 0, duplication: 0, serviceTime: 300 } },
    ],
    ["of a node that was paused", { faults: [{ kind: "pause", target: { nodes: [1] }, at: 20_000, for: 5_000 }] }],
  ] as const)("%s", (_, changes) => {
    const events = eventsOf(tellingScenario({ algorithm: asking, ...changes }))
    const notes = sent(events, "Note")
    for (const purpose of PURPOSES) expect(notes[purpose]).toBeGreaterThan(10)
    expect(sent(events, "Thanks")).toEqual(notes)
  })

  test("whatever purpose it is sent with; what is sent to others, or is no answer, keeps its own", () => {
    const telling: typeof chatter = {
      ...asking,
      receive: {
        ...asking.receive,
        Note(node, { number }, from) {
          node.send(from, { type: "Thanks", number, glad: true }, "heartbeat")
          node.send(2, { type: "Thanks", number, glad: false }, "heartbeat")
        },
      },
      request: { Tell: (node, { to, number }) => node.send(to, { type: "Note", number }, "retransmission") },
    }
    const events = eventsOf(tellingScenario({ algorithm: telling }))
    const { retransmission } = sent(events, "Note")
    expect(sent(events, "Thanks")).toEqual({ protocol: 0, heartbeat: retransmission, retransmission })
  })
})

const LOG: readonly (readonly [title: string, answer: string, asked: string, algorithm: Algorithm, loss: number])[] = [
  ["Raft", "RequestVoteReply", "RequestVote", raft, 0.3],
  ["Raft", "AppendEntriesReply", "AppendEntries", raft, 0.3],
  ["Multi-Paxos", "Promise", "Prepare", multiPaxos, 0.5],
  ["Multi-Paxos", "Accepted", "Accept", multiPaxos, 0.3],
]

describe("where messages get lost", () => {
  test.each(LOG)("%s sends a %s for the purpose of the %s it answers", (_, answer, asked, algorithm, loss) => {
    // Node 0 leads or stands alone until a retransmission gets through: nothing else is answered.
    const faults = [
      { kind: "crash", target: { nodes: [0] }, at: 3_000_000, for: 500_000 },
      { kind: "crash", target: { leader: true }, at: 5_000_000, for: 500_000 },
    ] as const
    const scenario = scenarioOf(algorithm, replicatedLog, {
      nodes: 5,
      latency: "10ms",
      loss,
      duration: "20s",
      faults,
    })
    const events = eventsOf(scenario)
    const purposes = new Map<object, Set<Purpose>>()
    for (const event of events) {
      if (event.type !== "send" || event.message.type !== asked) continue
      purposes.set(event.message, (purposes.get(event.message) ?? new Set()).add(event.purpose))
    }
    let answers = 0
    for (const [place, event] of events.entries()) {
      if (event.type !== "deliver" || event.message.type !== asked) continue
      const next = events.slice(place + 1, place + 12).find(other => other.type === "send" && other.node === event.node)
      if (next?.type !== "send" || next.time !== event.time || next.message.type !== answer) continue
      if (next.to !== event.from) continue
      expect(purposes.get(event.message)).toContain(next.purpose)
      answers++
    }
    expect(answers).toBeGreaterThan(5)
    expect(sent(events, answer).retransmission).toBeGreaterThan(0)
  })

  test("Paxos has no retransmissions to answer", () => {
    const scenario = scenarioOf(paxos, agreement, {
      nodes: 5,
      latency: "10ms",
      loss: 0.2,
      workload: { instances: 20 },
      duration: "20s",
    })
    const counts = sent(eventsOf(scenario), "Promise")
    // Paxos says nothing twice: it tries again under another number.
    expect(counts.retransmission).toBe(0)
    expect(counts.protocol).toBeGreaterThan(20)
  })
})
