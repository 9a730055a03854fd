/** A world played by hand, for tests of what stands on the clients' side: time passes when the test says so. */
import type { ClientId, NodeId, Tagged } from "../../../runtime/contract/algorithm.ts"
import { Random } from "../../../runtime/lib/random.ts"
import type { ServiceTimers, World } from "../../../runtime/contract/service.ts"

export interface Asked {
  readonly time: number
  readonly client: ClientId
  readonly node: NodeId
  readonly request: Tagged
}

export interface HandWorld extends World {
  /** All requests that were sent. */
  readonly asked: Asked[]
  /** Lets time pass; timers that come due run. */
  pass(until: number, timeout: ServiceTimers): void
  /** Wake-ups asked for so far. */
  wakeUps(): number
}

/** @param contacts the processes that clients ask; default: the nodes */
export function handWorld(size: number, contacts = Array.from({ length: size }, (_, node) => node)): HandWorld {
  const asked: Asked[] = []
  let pending: { readonly time: number; readonly timer: string; readonly subject: number }[] = []
  let time = 0
  let wakeUps = 0
  return {
    size,
    contacts,
    processes: size,
    warmup: 0,
    end: 1_000_000,
    random: new Random(1),
    oneLeaderPerEpoch: true,
    losesMessages: false,
    now: () => time,
    request: (client, node, request) => void asked.push({ time, client, node, request }),
    wakeAfter(delay, timer, subject = 0) {
      wakeUps++
      pending.push({ time: time + delay, timer, subject })
    },
    colocate() {},
    observeOperation() {},
    regions: [],
    regionOf: () => undefined,
    isUp: () => true,
    phase: () => "before",
    protocolMessages: () => 0,
    isLoyal: () => true,
    isConnected: () => true,
    asked,
    pass(until, timeout) {
      for (;;) {
        const next = pending.toSorted((a, b) => a.time - b.time)[0]
        if (next === undefined || next.time > until) break
        pending = pending.filter(other => other !== next)
        time = next.time
        timeout[next.timer]!(next.subject)
      }
      time = until
    },
    wakeUps: () => wakeUps,
  }
}
