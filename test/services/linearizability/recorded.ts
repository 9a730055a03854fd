/** Recorded operations for the tests of the objects: as they are read, in words, and what they make of a state. */
import type { Meaning, RecordedObject } from "../../../services/linearizability/objects/object.ts"
import type { RecordedOperation } from "../../../services/linearizability/recordings/recorded.ts"

export type Fields = Partial<RecordedOperation> & { readonly f: string }

export const PLAIN: Meaning = { initial: null, missing: null, nilIsAny: false, failedCasIsRefused: undefined }

export const recorded = (fields: Fields): RecordedOperation => ({
  line: 3,
  client: "7",
  form: "operations",
  key: undefined,
  value: undefined,
  expected: undefined,
  result: undefined,
  done: undefined,
  fate: "ok",
  error: undefined,
  call: 1,
  return: 2,
  ...fields,
})

/** The operation as the object reads it, or the message of the error. */
export function read<S, I, O>(
  object: RecordedObject<S, I, O>,
  fields: Fields,
  meaning: Partial<Meaning> = {},
): unknown {
  try {
    return object.read(recorded(fields), { ...PLAIN, ...meaning })
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

/** The operation in words, as witnesses have it. */
export function words<S, I, O>(
  object: RecordedObject<S, I, O>,
  fields: Fields,
  meaning: Partial<Meaning> = {},
): string {
  const whole = { ...PLAIN, ...meaning }
  const { input, output } = object.read(recorded(fields), whole)!
  return object.model(whole).describe(input, output)
}

/** Whether an operation that has been answered changes nothing, as the model has it. */
export function isReadOnly<S, I, O>(object: RecordedObject<S, I, O>, fields: Fields): boolean {
  const { input, output } = object.read(recorded(fields), PLAIN)!
  return object.model(PLAIN).isReadOnly(input, output!)
}

/** The identity of the state after operations; `none` from the first on whose answer cannot be. */
export function stateAfter<S, I, O>(
  object: RecordedObject<S, I, O>,
  operations: readonly Fields[],
  meaning = PLAIN,
): unknown {
  const model = object.model(meaning)
  let state: S | undefined = model.init()
  for (const fields of operations) {
    const { input, output } = object.read(recorded(fields), meaning)!
    state = model.step(state, input, output)
    if (state === undefined) return "none"
  }
  return model.identify(state)
}
