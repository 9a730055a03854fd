/** A lock: acquired when it is free, released when it is held. */
import type { Model } from "../model.ts"
import { WrongOption } from "../recordings/datum.ts"
import { functionOf, partOf, type RecordedObject, refuseMissing, refuseTransactions } from "./object.ts"

const FUNCTIONS: ReadonlyMap<string, "acquire" | "release"> = new Map([
  ["acquire", "acquire"],
  ["lock", "acquire"],
  ["release", "release"],
  ["unlock", "release"],
])

interface Input {
  readonly op: "acquire" | "release"
  readonly lock: string
  readonly client: string
}

type Output = "ok"

const FREE = ""
const HELD = "held"

const shared: Model<string, Input, Output> = {
  partition: ({ lock }) => lock,
  init: () => FREE,
  step: (state, { op }) => (op === "acquire" ? (state === FREE ? HELD : undefined) : state === HELD ? FREE : undefined),
  isReadOnly: () => false,
  mayShow: () => true,
  identify: state => state,
  describe: ({ op }, output) => `${op} -> ${output ?? "not known"}`,
}

/** The same, where only the client that holds the lock may release it. */
const owned: Model<string, Input, Output> = {
  ...shared,
  step: (state, { op, client }) =>
    op === "acquire" ? (state === FREE ? heldBy(client) : undefined) : state === heldBy(client) ? FREE : undefined,
}

function heldBy(client: string): string {
  return `by ${client}`
}

export const mutexObject = mutex("mutex", shared, initial => {
  if (initial === HELD) return initial
  throw new WrongOption(`--initial: expected ${HELD}, found ${JSON.stringify(initial)}`)
})
export const ownedMutexObject = mutex("owned-mutex", owned, heldBy)

/** @param heldAtFirst the state that `--initial` names: the lock is held, or by whom */
function mutex(
  name: string,
  model: Model<string, Input, Output>,
  heldAtFirst: (initial: string) => string,
): RecordedObject<string, Input, Output> {
  return {
    name,
    functions: [...FUNCTIONS.keys()],
    model(meaning) {
      refuseMissing(meaning, "lock")
      const state = meaning.initial === null ? FREE : heldAtFirst(meaning.initial)
      return { ...model, init: () => state }
    },
    read(operation) {
      refuseTransactions(operation)
      const { fate, client, key } = operation
      const input = { op: functionOf(operation, FUNCTIONS), lock: partOf(key, "the lock"), client }
      if (fate === "failed") return undefined
      return { input, output: fate === "ok" ? "ok" : undefined }
    },
  }
}
