/** Sweeps whose cells are extended until they are precise; see `precision.ts`. */
import * as Effect from "effect/Effect"
import type { Plan } from "../model/plan.ts"
import { firstLook, isPrecise, nextLook } from "../../analysis/precision.ts"
import type { ProgressState } from "./progress.ts"
import { Store, useStore } from "../store/service.ts"
import { sweep } from "./sweep.ts"
import { Workers } from "./workers.ts"

/** A finished sweep. */
export interface Swept {
  readonly state: ProgressState
  /** Runs of the final plan that were in the store before. */
  readonly resumed: number
}

/**
 * Runs the plan's runs that are not in the store, then extends the cells that are not precise, as far as the plan allows. Runs
 * one algorithm and service after the other, so that each worker executes the code of one only.
 */
export const sweepUntilPrecise = Effect.fnUntraced(function* (plan: Plan) {
  const store = yield* Store
  const { precision } = plan.experiment
  if (precision === undefined) {
    const work = store.work()
    return { state: yield* sweep(plan, work), resumed: work.earlier.done } satisfies Swept
  }
  const workers = yield* Workers
  let state: ProgressState | undefined
  let ran = 0
  for (const places of placesByAlgorithm(plan)) {
    let open = new Map(places.map(place => [place, firstLook(store.repeatsOf(place))]))
    while (open.size > 0) {
      const work = store.work()
      const pending = work.pending.filter(({ places: of }) => open.has(of[0]!))
      state = yield* sweep(plan, { ...work, pending }, false)
      ran += state.done - work.earlier.done
      open = new Map(
        [...open].flatMap(([place, look]) => {
          const next = nextLook(look, () => isPrecise(store.records(place), precision), plan)
          return next === null ? [] : [[place, next] as const]
        }),
      )
      const extended = new Map([...open].map(([place, { runs }]) => [place, runs]))
      yield* useStore(opened => opened.extend(extended))
    }
    yield* workers.retire(plan.cells[places[0]!]!.scenario)
  }
  state ??= yield* sweep(plan, store.work())
  return { state, resumed: store.tally().done - ran } satisfies Swept
})

function placesByAlgorithm({ cells }: Plan): readonly (readonly number[])[] {
  const groups = Map.groupBy(cells.keys(), place => {
    const { algorithm, service } = cells[place]!.scenario
    return `${algorithm} ${service}`
  })
  return [...groups.values()]
}
