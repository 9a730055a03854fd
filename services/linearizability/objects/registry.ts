/** The objects as which `quorate check-history` can judge a recording. */
import { keyValueObject } from "./key-value.ts"
import { multiRegisterObject } from "./multi-register.ts"
import { mutexObject, ownedMutexObject } from "./mutex.ts"
import type { RecordedObject } from "./object.ts"
import { bagObject, queueObject } from "./queue.ts"
import { setObject } from "./set.ts"

/** The names that `--model` takes. A register and a register with compare-and-set are a store with one key. */
export const MODELS = [
  "key-value",
  "register",
  "cas-register",
  "set",
  "queue",
  "unordered-queue",
  "mutex",
  "owned-mutex",
  "multi-register",
] as const

export type ModelName = (typeof MODELS)[number]

/** Calls `use` with the named object: a callback, since objects differ in the types of their states and operations. */
export function withObject<T>(name: ModelName, use: <S, I, O>(object: RecordedObject<S, I, O>) => T): T {
  switch (name) {
    case "key-value":
    case "register":
    case "cas-register":
      return use(keyValueObject)
    case "set":
      return use(setObject)
    case "queue":
      return use(queueObject)
    case "unordered-queue":
      return use(bagObject)
    case "mutex":
      return use(mutexObject)
    case "owned-mutex":
      return use(ownedMutexObject)
    case "multi-register":
      return use(multiRegisterObject)
  }
}

/** The object to which a recording's functions belong: those of sets, queues and locks have distinct names. */
export function recognizeModel(functions: ReadonlySet<string>): ModelName {
  const hasAny = (...names: readonly string[]): boolean => names.some(name => functions.has(name))
  if (hasAny("enqueue", "dequeue")) return "queue"
  if (hasAny("acquire", "release", "lock", "unlock")) return "mutex"
  if (hasAny("add", "contains", "remove")) return "set"
  return "key-value"
}
