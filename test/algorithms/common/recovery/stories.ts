/** Stories of computations: clients begin them, steps end when the story says so, and messages go round a ring. */
import type { Algorithm, Shape } from "../../../../runtime/contract/algorithm.ts"
import type { KeeperDisk, KeeperState, SaverDisk, SaverState } from "../../../../algorithms/common/recovery/types.ts"
import type { Program } from "../../../../services/recovery/program.ts"
import type { Recovery } from "../../../../services/recovery/shape.ts"
import type { Cluster } from "../../../support/cluster.ts"
import { stories } from "../../../support/story.ts"
import { RING_PROGRAM } from "./ring-program.ts"

/** The program of `begin`; of `begin outputs`, whose steps end with output; of `begin steps=2 restart=9`, with other numbers. */
function programIn(words: string): Program | undefined {
  const [verb, ...rest] = words.split(" ")
  if (verb !== "begin") return undefined
  const numbers = rest.filter(word => word !== "outputs").map(word => word.split("="))
  if (numbers.some(([name = "", value = ""]) => !Object.hasOwn(RING_PROGRAM, name) || !/^\d+$/.test(value)))
    return undefined
  return {
    ...RING_PROGRAM,
    ...(rest.includes("outputs") ? { messages: 0, outputs: 1 } : {}),
    ...Object.fromEntries(numbers.map(([name, value]) => [name, Number(value)])),
  }
}

function brief(value: object): string | undefined {
  if ("digest" in value && "number" in value) return `#${String(value.number)}`
  if ("incarnation" in value && "index" in value) return `${String(value.incarnation)}.${String(value.index)}`
  if ("place" in value && "process" in value && "from" in value && "number" in value)
    return `${String(value.process)}@${String(value.place)}=${String(value.from)}#${String(value.number)}`
  return undefined
}

/** The shapes of algorithms that checkpoint. */
interface Keeps extends Shape {
  readonly disk: KeeperDisk
  readonly state: KeeperState
  readonly service: Recovery
}

/**
 * A test for each story of a folder, of three processes.
 *
 * @param beside what else a process holds, for `state`
 */
export function recoveryStories<S extends Keeps>(
  folder: string,
  algorithm: Algorithm<S>,
  beside: (cluster: Cluster<S>, node: number) => readonly string[] = () => [],
): void {
  stories(folder, {
    algorithm,
    parameters: { interval: "1h", retryInterval: "1h" },
    request(words) {
      const program = programIn(words)
      return program === undefined ? undefined : ({ type: "Begin", program } as const)
    },
    brief,
    silent: ["restart"],
    state(cluster, node) {
      const { process, mode } = cluster.state(node)
      const { steps, received } = process.application
      const checkpoints = cluster.disk(node).checkpoints.map(({ index }) => index)
      return [
        mode,
        `${steps} steps`,
        `received [${received.join(", ")}]`,
        `checkpoints [${checkpoints.join(", ")}]`,
        `sent before them ${cluster.disk(node).sent.length}`,
        ...beside(cluster, node),
        `timers [${cluster.armed(node).join(", ")}]`,
      ].join(", ")
    },
  })
}

interface Saves extends Keeps {
  readonly disk: SaverDisk
  readonly state: SaverState
}

/** What a process holds beside, of those that roll back to a line of checkpoints. */
export function rollingBack<S extends Saves>(cluster: Cluster<S>, node: number): readonly string[] {
  const { epoch, inbox, outputs } = cluster.state(node)
  const { committed } = cluster.disk(node)
  return [`epoch ${epoch}`, `committed ${committed}`, `waiting ${inbox.length}`, `output to commit ${outputs.length}`]
}
