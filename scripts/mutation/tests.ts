/** The part of `vitest` that tests use, for runs in one process with the mutants. */

export { expect } from "vitest"

type Body = (...args: readonly unknown[]) => unknown

/** A test, with all that runs before its body. */
export interface Registered {
  readonly id: string
  readonly run: () => Promise<void>
}

/** The tests of the files loaded so far. */
export const registered: { readonly tests: Registered[] } = { tests: [] }

interface Group {
  readonly name: string
  /** Functions that run before every test of it. */
  readonly before: Body[]
}

/** The file and the groups around the tests being registered, from the outside. */
let enclosing: readonly Group[] = []
/** Functions that run after the current test. */
let finishers: Body[] = []

/** Begins a file. */
export function beginFile(name: string): void {
  enclosing = [{ name, before: [] }]
}

/** @returns what a test throws, or null if it passes */
export async function runTest({ run }: Registered): Promise<string | null> {
  try {
    await run()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    for (const finish of finishers) await finish()
    finishers = []
  }
}

function register(name: string, body: Body): void {
  const { tests } = registered
  const groups = enclosing
  tests.push({
    id: `${tests.length} ${[...groups.map(group => group.name), name].join(" > ")}`,
    async run() {
      for (const hook of groups.flatMap(({ before }) => before)) await hook()
      await body()
    },
  })
}

function registerGroup(name: string, body: Body): void {
  const outer = enclosing
  enclosing = [...outer, { name, before: [] }]
  body()
  enclosing = outer
}

/** The body among the arguments after a name. */
function bodyOf(parts: readonly unknown[]): Body | undefined {
  return parts.find((part): part is Body => typeof part === "function")
}

/** The call `(name, body)` or `(name, options, body)`, and its forms: `.each`, `.skipIf`, `.runIf`, `.skip`. */
function callable(take: (name: string, body: Body) => void) {
  const call = (name: string, ...rest: readonly unknown[]): void => {
    const body = bodyOf(rest)
    if (body !== undefined) take(name, body)
  }
  const each =
    (rows: readonly unknown[]) =>
    (name: string, ...rest: readonly unknown[]): void => {
      const body = bodyOf(rest)
      for (const row of rows) if (body !== undefined) take(name, () => (Array.isArray(row) ? body(...row) : body(row)))
    }
  const forms = Object.assign(call, { each })
  const none = Object.assign(() => {}, { each: () => () => {} })
  const when = (holds: boolean) => (holds ? forms : none)
  return Object.assign(forms, { skip: none, runIf: when, skipIf: (holds: boolean) => when(!holds) })
}

export const test = callable(register)
export const it = test
export const describe = callable(registerGroup)

export function beforeEach(hook: Body): void {
  enclosing.at(-1)?.before.push(hook)
}

export function onTestFinished(finish: Body): void {
  finishers.push(finish)
}

/** Runs a file's clean-up at process exit, since its tests run repeatedly. */
export function afterAll(finish: Body): void {
  process.once("exit", () => void finish())
}
