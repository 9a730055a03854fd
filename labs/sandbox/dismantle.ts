/** Removes Node.js from a submission's thread, in case one of the thread's objects, or code, ever gets across the first wall. */
import module from "node:module"
import { constants, createContext, Script } from "node:vm"

/**
 * Removes everything by which a thread could reach the network, other processes or modules, and freezes the language's
 * own objects. Nothing is loaded after it.
 */
export function dismantle(): void {
  module.registerHooks({
    resolve(specifier) {
      throw new Error(`${specifier} is not for submissions`)
    },
  })
  for (const name of ["fetch", "WebSocket", "EventSource", "Worker", "BroadcastChannel", "MessageChannel"]) {
    Reflect.deleteProperty(globalThis, name)
  }
  for (const name of ["binding", "dlopen", "getBuiltinModule", "kill", "_linkedBinding", "report", "mainModule"]) {
    Reflect.deleteProperty(process, name)
  }
  freezeLanguage()
}

/** The roots of the language's objects: errors, functions, and what their methods return. */
function roots(): readonly unknown[] {
  // A new realm contains only the language: every global that this realm shares with it belongs to the language.
  const names: unknown = new Script("Object.getOwnPropertyNames(globalThis)").runInContext(
    createContext(constants.DONT_CONTEXTIFY),
  )
  const own = Array.isArray(names) ? names.map(String).filter(name => !NOT_FROZEN.has(name)) : []
  const iterators = [[].values(), new Map().keys(), new Set().keys(), "".matchAll(/x/g)]
  const functions = [async () => {}, function* () {}, async function* () {}]
  return [...own.map(name => Reflect.get(globalThis, name)), ...iterators, ...functions]
}

/** The realm itself, and Node.js's replacements of the language's globals. */
const NOT_FROZEN = new Set(["globalThis", "console"])

function freezeLanguage(): void {
  const waiting: unknown[] = [...roots()]
  const seen = new Set<unknown>(waiting)
  const add = (value: unknown): void => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return
    seen.add(value)
    waiting.push(value)
  }
  for (const value of waiting) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) continue
    add(Object.getPrototypeOf(value))
    for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(value))) {
      add(descriptor.value)
      add(descriptor.get)
      add(descriptor.set)
    }
    if (!ArrayBuffer.isView(value)) Object.freeze(value)
  }
}
