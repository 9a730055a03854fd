/** Globals that handlers must not use: clocks, random numbers and timers other than those of their node. */

const NOW = "its clock is node.now()"
const RANDOM = "its random numbers are node.random(low, high)"
const TIMER = "its timers are node.setTimer(name, delay)"

/** Functions of an object, by name, and their replacement. */
const FORBIDDEN: readonly (readonly [owner: () => object, name: string, shown: string, instead: string])[] = [
  [() => Math, "random", "Math.random()", RANDOM],
  [() => Date, "now", "Date.now()", NOW],
  [() => performance, "now", "performance.now()", NOW],
  [() => process, "hrtime", "process.hrtime()", NOW],
  [() => process, "uptime", "process.uptime()", NOW],
  [() => crypto, "getRandomValues", "crypto.getRandomValues()", RANDOM],
  [() => crypto, "randomUUID", "crypto.randomUUID()", RANDOM],
  [() => process, "nextTick", "process.nextTick()", TIMER],
  ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"].map(
    name => [() => globalThis, name, `${name}()`, TIMER] as const,
  ),
  [() => globalThis, "fetch", "fetch()", "it acts through its node alone"],
]

/**
 * Forbids all of them until the returned function is called.
 *
 * @param refuse called with the broken rule; throws if a handler broke it
 */
export function forbidGlobals(refuse: (rule: string) => void): () => void {
  const restore = FORBIDDEN.map(([ownerOf, name, shown, instead]) => {
    const owner = ownerOf()
    const original: unknown = Reflect.get(owner, name)
    return replace(owner, name, (...values: unknown[]): unknown => {
      refuse(`calls ${shown}; ${instead}`)
      return typeof original === "function" ? Reflect.apply(original, owner, values) : undefined
    })
  })
  restore.push(replace(globalThis, "Date", dateWithoutNow(refuse)))
  return () => {
    for (const undo of restore.toReversed()) undo()
  }
}

/** `new Date(0)` is an ordinary value; `new Date()` and `Date()` are the current time. */
function dateWithoutNow(refuse: (rule: string) => void): DateConstructor {
  return new Proxy(Date, {
    construct(target, values, newTarget) {
      if (values.length === 0) refuse(`calls new Date(); ${NOW}`)
      const made: unknown = Reflect.construct(target, values, newTarget)
      return typeof made === "object" && made !== null ? made : {}
    },
    apply(target, self, values) {
      refuse(`calls Date(); ${NOW}`)
      return Reflect.apply(target, self, values)
    },
  })
}

function replace(owner: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  return () => {
    if (before === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, before)
  }
}
