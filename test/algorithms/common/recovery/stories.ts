/** Stories of computations: clients begin them, steps end when the story says so, and messages go round a ring. */
import type { Algorithm, Shape } from "../../../../runtime/contract/algorithm.ts"
import { SECOND } from "../../../../runtime/contract/units.ts"
import type { LoggerState } from "../../../../algorithms/common/logging/types.ts"
import type { Program } from "../../../../services/recovery/program.ts"
import type { Recovery } from "../../../../services/recovery/shape.ts"
import { stories } from "../../../support/story.ts"

/** Every step ends with a message to the next process; `begin outputs`: with output. */
function programOf(processes: number, outputs: number): Program {
  return {
    seed: 1,
    processes,
    steps: 10,
    step: SECOND,
    stepTimes: "constant",
    firstStep: 0,
    messages: 1 - outputs,
    outputs,
    receivers: "next",
    image: 1_024,
    payload: 1,
    block: 1_024,
    restart: 0,
  }
}

function brief(value: object): string | undefined {
  if ("digest" in value && "number" in value) return `#${String(value.number)}`
  if ("incarnation" in value && "index" in value) return `${String(value.incarnation)}.${String(value.index)}`
  if ("place" in value && "process" in value && "from" in value && "number" in value)
    return `${String(value.process)}@${String(value.place)}=${String(value.from)}#${String(value.number)}`
  return undefined
}

/** The shapes of algorithms that log. */
interface Logs extends Shape {
  readonly state: LoggerState
  readonly service: Recovery
}

/** A test for each story of a folder, of three processes. */
export function recoveryStories<S extends Logs>(folder: string, algorithm: Algorithm<S>): void {
  stories(folder, {
    algorithm,
    parameters: { interval: "1h", retryInterval: "1h" },
    request(words) {
      if (words !== "begin" && words !== "begin outputs") return undefined
      return { type: "Begin", program: programOf(3, words === "begin" ? 0 : 1) } as const
    },
    brief,
    silent: ["restart"],
    state(cluster, node) {
      const { process, mode } = cluster.state(node)
      const { steps, received } = process.application
      return `${mode}, ${steps} steps, received [${received.join(", ")}]`
    },
  })
}
