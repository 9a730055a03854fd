/** The network alone: the fate of a message, on calm links and on bad ones. */
import { Links } from "../../runtime/network/links.ts"
import type { Network } from "../../runtime/network/network.ts"
import type { Task } from "../task.ts"

const NODES = 16
const MESSAGES = 2_000_000

export const network: readonly Task[] = [
  task("network, uniform delays", { latency: { model: "uniform", min: 500, max: 1_500 }, loss: 0, duplication: 0 }),
  task("network, Pareto delays, loss and duplication", {
    latency: { model: "pareto", scale: 500, shape: 1.5 },
    loss: 0.05,
    duplication: 0.05,
  }),
]

function task(name: string, settings: Network): Task {
  return {
    name,
    unit: "messages",
    prepare: async () => {
      const links = new Links(NODES, settings, 1)
      return () => {
        let last = 0
        for (let i = 0; i < MESSAGES; i++) {
          const from = i & (NODES - 1)
          const to = (i >>> 4) & (NODES - 1)
          last = links.delay(from, to) + links.duplicateDelay(from, to)
        }
        // The last fate is read, so that the engine cannot eliminate draws.
        if (Number.isNaN(last)) throw new Error("a delay is a number")
        return MESSAGES
      }
    },
  }
}
