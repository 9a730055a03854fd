/** The store of the current experiment, as a service: open for the scope of its layer. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { dirname } from "node:path"
import { storeError } from "../../lib/errors.ts"
import { makeFolder } from "../../lib/files.ts"
import { RunStore } from "./store.ts"

export class Store extends Context.Service<Store, RunStore>()("quorate/experiments/Store") {
  /** A store in a file, whose folder is created. @param begin gives the store its plan */
  static readonly layer = (path: string, begin: (store: RunStore) => void) =>
    Layer.effect(
      Store,
      Effect.acquireRelease(
        Effect.try({
          try: () => {
            makeFolder(dirname(path))
            return new RunStore(path)
          },
          catch: error => storeError(path, error),
        }),
        store => Effect.sync(() => store.close()),
      ).pipe(Effect.tap(store => attempt(store, begin))),
    )
}

/** Executes an action on the store that may fail with a `StoreError`. */
export const useStore = Effect.fnUntraced(function* <A>(act: (store: RunStore) => A) {
  return yield* attempt(yield* Store, act)
})

function attempt<A>(store: RunStore, act: (store: RunStore) => A) {
  return Effect.try({ try: () => act(store), catch: error => storeError(store.path, error) })
}
