/** A lock: acquired when it is free, released when it is held. */
import type { Model } from "../model.ts"
import { functionOf, partOf, type RecordedObject, refuseTransactions } from "./object.ts"

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
    op === "acquire" ? (state === FREE ? `by ${client}` : undefined) : state === `by ${client}` ? FREE : undefined,
}

export const mutexObject = mutex("mutex", shared)
export const ownedMutexObject = mutex("owned-mutex", owned)

function mutex(name: string, model: Model<string, Input, Output>): RecordedObject<string, Input, Output> {
  return {
    name,
    functions: [...FUNCTIONS.keys()],
    model: () => model,
    read(operation) {
      refuseTransactions(operation)
      const { fate, client, key } = operation
      const input = { op: functionOf(operation, FUNCTIONS), lock: partOf(key, "the lock"), client }
      if (fate === "failed") return undefined
      return { input, output: fate === "ok" ? "ok" : undefined }
    },
  }
}
