/** Expectations of the labs on elections of the highest id. */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { type Micros, SECOND } from "../../../runtime/contract/units.ts"
import { isBelief, otherMessages } from "../../engine/expectations.ts"
import type { Expectation, LabRun } from "../../engine/lab.ts"

export const highest = ({ scenario }: LabRun): NodeId => scenario.nodes - 1
export const highestAlive = ({ live }: LabRun): NodeId => Math.max(...live)

/** The most Heartbeats in a time: one to each other node once an interval. */
export function heartbeatsIn({ scenario }: LabRun, time: Micros): number {
  const intervals = Math.ceil(time / Number(scenario.parameters["heartbeatInterval"]))
  return (scenario.nodes - 1) * (intervals + 1)
}

/** For some seconds after the warm-up nobody sends anything but the leader, and that to each other node once an interval. */
export function onlyHeartbeats(seconds: number): Expectation {
  return otherMessages([], run => heartbeatsIn(run, seconds * SECOND), `n-1 Heartbeats an interval, for ${seconds} s`)
}

/** Whoever begins to lead again does so with a larger number than before. */
export const nobodyReusesANumber: Expectation = ({ scenario, events }) => {
  const last: number[] = Array.from({ length: scenario.nodes }, () => -Infinity)
  for (const event of events) {
    if (event.type !== "fact" || !isBelief(event.fact) || event.fact.leader !== event.node) continue
    const { node, fact, time } = event
    if (fact.epoch <= last[node]!) {
      const expected = `node ${node}, which has led with number ${last[node]}, leads again with a larger one`
      return { expected, happened: `it led with number ${fact.epoch}`, at: time }
    }
    last[node] = fact.epoch
  }
  return undefined
}
