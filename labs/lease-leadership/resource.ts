/** Expectations of the writes that the resource takes, read off its messages: not of what nodes say about them. */
import type { Tagged } from "../../runtime/contract/algorithm.ts"
import type { Expectation, LabRun } from "../engine/lab.ts"

/** The fields that tests read of the resource's answers; students may add fields. */
interface Written extends Tagged {
  readonly token: number
}

function isWritten(message: Tagged): message is Written {
  return message.type === "Written" && "token" in message && typeof message.token === "number"
}

/** The writes that the resource, the second process after the nodes, has taken, in their order. */
function taken({ scenario, events }: LabRun) {
  return events.flatMap(event => {
    if (event.type !== "send" || event.node !== scenario.nodes + 1 || !isWritten(event.message)) return []
    return [{ time: event.time, token: event.message.token, to: event.to }]
  })
}

/** The resource has taken so many writes, each with a token of its own. */
export function resourceTakes(count: number): Expectation {
  return run => {
    const tokens = new Set(taken(run).map(({ token }) => token))
    if (tokens.size >= count) return undefined
    const expected = `the resource takes ${count === 1 ? "writes" : `${count} writes, one a lease`}, and answers Written with their token`
    return { expected, happened: tokens.size === 0 ? "it took none" : `it took ${tokens.size}` }
  }
}

/** No write with a lower token than one before it is taken. */
export const resourceTakesInOrder: Expectation = run => {
  let highest = -Infinity
  for (const { token, to, time } of taken(run)) {
    if (token < highest) {
      const expected = `after a write with token ${highest} the resource refuses all with a lower one`
      return { expected, happened: `it took one of node ${to} with ${token}`, at: time }
    }
    highest = token
  }
  return undefined
}
