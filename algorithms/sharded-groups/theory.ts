/** Closed forms of sharded groups: a command costs what it costs in a group, whatever the number of groups. */
import type { Theory } from "../../runtime/contract/theory.ts"

const settled = { service: "sharded-store", workload: { moveEvery: 0, changeEvery: 0 } } as const

export const theory: Theory = {
  messages: [
    {
      ...settled,
      formula: "2(r-1)",
      messages: (n, { replicas }) => 2 * (Math.min(n, Number(replicas)) - 1),
    },
  ],
  latency: [{ ...settled, formula: "4d", betweenNodes: 2, withClients: 2 }],
}
