/** What the labs on elections of the highest id expect of runs. */
import type { NodeId } from "../../runtime/algorithm.ts"
import { SECOND } from "../../runtime/units.ts"
import type { Expectation, LabRun } from "../lab.ts"

export const highest = ({ scenario }: LabRun): NodeId => scenario.nodes - 1
export const highestAlive = ({ live }: LabRun): NodeId => Math.max(...live)

/** In so many seconds after the warm-up nobody sends anything but the leader, and that to each other node once an interval. */
export function onlyHeartbeats(seconds: number): Expectation {
  return ({ scenario, result }) => {
    const intervals = Math.ceil((seconds * SECOND) / Number(scenario.parameters["heartbeatInterval"]))
    const atMost = (scenario.nodes - 1) * (intervals + 1)
    const { protocol, heartbeat, retransmission } = result.messages
    const sent = protocol + heartbeat + retransmission
    if (sent <= atMost) return undefined
    const expected = `at most ${atMost} messages in ${seconds} s: n-1 Heartbeats an interval`
    return { expected, happened: `${sent}` }
  }
}
