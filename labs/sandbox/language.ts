/**
 * Reduces a realm to a language in which equal calls give equal results (contract, rule 1).
 *
 * Must run before anything of the submission is loaded, even the top level of its modules: removes clocks (`Date`,
 * `Intl`), randomness, memory and timing shared between threads, and anything that reveals garbage collection.
 */

const TAKEN: Readonly<Record<string, string>> = {
  Date: "take the time from node.now()",
  Temporal: "take the time from node.now()",
  performance: "take the time from node.now()",
  Intl: "algorithms do not depend on languages and places",
  setTimeout: "use node.setTimer(name, delay)",
  setInterval: "use node.setTimer(name, delay)",
  setImmediate: "use node.setTimer(name, delay)",
  queueMicrotask: "handlers run to their end",
  crypto: "draw with node.random(low, high)",
  fetch: "act through the node only",
  require: "act through the node only",
}

/** Removed without a suggested replacement: no algorithm needs them. */
const GONE = ["WebAssembly", "SharedArrayBuffer", "Atomics", "WeakRef", "FinalizationRegistry", "ShadowRealm"]

function forbid(holder: object, name: string, instead: string): void {
  const refuse = (): never => {
    throw new Error(`${name} is not for algorithms: ${instead}`)
  }
  const value = new Proxy(refuse, { get: refuse, construct: refuse })
  Object.defineProperty(holder, name, { value, writable: true, configurable: true })
}

/** Redefines a method of a prototype, so that it does not depend on where the program runs. */
function redefine(prototype: object, name: string, value: (this: unknown, other?: unknown) => unknown): void {
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true })
}

/** Removes whatever differs from run to run or from machine to machine. */
export function leaveLanguage(): void {
  for (const [name, instead] of Object.entries(TAKEN)) forbid(globalThis, name, instead)
  forbid(Math, "random", "draw with node.random(low, high)")
  for (const name of GONE) Reflect.deleteProperty(globalThis, name)

  const typedArrays: object = Object.getPrototypeOf(Uint8Array.prototype)
  for (const prototype of [Object, Array, Number, BigInt, typedArrays].map(each =>
    typeof each === "function" ? each.prototype : each,
  )) {
    redefine(prototype, "toLocaleString", function toLocaleString() {
      return String(this)
    })
  }
  redefine(String.prototype, "toLocaleUpperCase", function toLocaleUpperCase() {
    return String(this).toUpperCase()
  })
  redefine(String.prototype, "toLocaleLowerCase", function toLocaleLowerCase() {
    return String(this).toLowerCase()
  })
  redefine(String.prototype, "localeCompare", function localeCompare(other) {
    const [one, another] = [String(this), String(other)]
    return Number(one > another) - Number(one < another)
  })
}
