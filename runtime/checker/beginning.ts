/** The first state of a group: all nodes have booted, and the requests of the model are in flight. */
import type { Actors } from "./actors.ts"
import type { Model } from "./model.ts"
import { COUNT, FAILED, NEWS, NEXT, SENT, type Steps } from "./steps.ts"

export interface Beginning {
  /** By actor. */
  readonly processes: readonly number[]
  readonly messages: readonly number[]
  /** The facts reported, by boot. */
  readonly news: readonly number[]
}

/** @throws what a handler throws */
export function beginningOf({ asks, parameters }: Model, actors: Actors, steps: Steps): Beginning {
  const messages = asks.map(({ to, client, request }) => steps.eventOf(to, { type: "request", client, request }))
  const news: number[] = []
  const processes = Array.from({ length: actors.count }, (_, id) => {
    const fresh = steps.fresh(id, parameters)
    if (id >= actors.processes) return fresh
    const record = steps.recordOf(fresh, steps.eventOf(id, { type: "start" }))
    const { records } = steps
    if (records[record + NEXT] === FAILED) throw steps.errorOf(records[record + NEWS]!)
    news.push(records[record + NEWS]!)
    for (let i = 0; i < records[record + COUNT]!; i++) messages.push(records[record + SENT + i]!)
    return records[record + NEXT]!
  })
  return { processes, messages, news }
}
