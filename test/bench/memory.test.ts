// The memory of long runs: it does not grow with the messages that are sent.
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import type { MemorySample } from "../../bench/memory.ts"
import { byNight, isNight } from "../support/effort.ts"

/** By day those that once grew, and two others. */
const CHOSEN = isNight ? Object.keys(algorithms) : ["bully", "paxos", "ring-election", "token-ring"]
/** Messages by what is served: of logs, half of them must fill the checks' record, a million entries. */
const MESSAGES: Readonly<Record<string, number>> = { "replicated-log": 10_000_000, recovery: 200_000 }
const OTHERS = byNight(2_000_000, 300_000)

/**
 * Bytes of live data for each message of the second half: what a collection leaves undone. An object for each election would be
 * 8 bytes a message and more.
 */
const MAX_BYTES = 4
/** A process may be rolled back to its beginning: the history of the computation is there to the end. */
const MAX_BYTES_OF_HISTORY = 600

interface Found {
  readonly algorithm: string
  readonly service: string
  readonly samples: readonly MemorySample[]
}

test("the live data of a run are the same after many messages as after few", () => {
  const program = join(import.meta.dirname, "../support/memory-of-runs.ts")
  const messagesOf = (algorithm: string) => MESSAGES[algorithms[algorithm]!.serves[0]!.name] ?? OTHERS
  const found = [...Map.groupBy(CHOSEN, messagesOf)].flatMap(([messages, names]) => {
    const args = [program, String(messages), ...names]
    const runs: readonly Found[] = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }))
    return runs
  })
  expect(found.map(({ algorithm }) => algorithm).toSorted()).toEqual(CHOSEN.toSorted())
  const growing = found.flatMap(({ algorithm, service, samples: [half, whole] }) => {
    const bytes = (whole!.heap - half!.heap) / (whole!.messages - half!.messages)
    const most = service === "recovery" ? MAX_BYTES_OF_HISTORY : MAX_BYTES
    return bytes > most ? [`${algorithm}: ${bytes.toFixed(1)} bytes a message`] : []
  })
  expect(growing).toEqual([])
}, 3_600_000)
