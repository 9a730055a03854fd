/**
 * A test runner of Stryker that loads the tests once and runs them in its own process, so that a mutant takes only the time
 * until the first test that detects it.
 *
 * A mutant may leave corrupt state in the memory of the process, which must not be attributed to the next one: the test that
 * killed a mutant has to pass again without it. Otherwise the mutant is retried in a fresh process.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { NO_BUNDLES } from "./no-bundles.ts"
import { beginFile, type Registered, registered, runTest } from "./tests.ts"

/** The environment variable that carries patterns of test files, and of those left out, to Stryker's processes, as JSON. */
export const TESTS = "MUTATION_TESTS"

/** The environment variable that names the file for the tests that are left out: the output of Stryker's processes is lost. */
export const LEFT_OUT_FILE = "MUTATION_LEFT_OUT"

/** The variable of the instrumented code: the active mutant, and coverage. */
interface Instrumented {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  mutantCoverage?: object
  hitCount?: number | undefined
  hitLimit?: number | undefined
}

/** Test times from the run without a mutant: kept in a file, since processes are replaced. */
interface Known {
  /** The time of each test, in milliseconds; without tests that bundle code, or do not pass twice in one process. */
  readonly [test: string]: number
}

interface MutantRun {
  readonly testFilter?: readonly string[]
  readonly hitLimit?: number
  readonly activeMutant: { readonly id: string }
}

type Outcome =
  | {
      readonly status: "killed"
      readonly killedBy: readonly string[]
      readonly failureMessage: string
      nrOfTests: number
    }
  | { readonly status: "survived"; readonly nrOfTests: number }
  | { readonly status: "timeout"; readonly reason: string }

const KNOWN = "mutation-tests.json"

/** The state that instrumented code finds under its name in the global scope. */
const stryker: Instrumented = {}
Object.assign(globalThis, { ["__stryker__"]: stryker })

/** Loads test files natively, with `vitest` and `quorate` resolved as in Vitest, and without bundles. */
async function load(): Promise<void> {
  const names: Readonly<Record<string, string>> = {
    vitest: pathToFileURL(join(import.meta.dirname, "tests.ts")).href,
    quorate: pathToFileURL(join(process.cwd(), "index.ts")).href,
    esbuild: pathToFileURL(join(import.meta.dirname, "no-bundles.ts")).href,
  }
  const here = pathToFileURL(process.cwd()).href
  registerHooks({
    resolve(specifier, context, next) {
      const url = names[specifier]
      const isOurs = context.parentURL?.startsWith(`${here}/`) === true
      return url !== undefined && isOurs
        ? { url, format: "module-typescript", shortCircuit: true }
        : next(specifier, context)
    },
  })
  const { include, exclude }: { include: string[]; exclude: string[] } = JSON.parse(process.env[TESTS]!)
  for (const file of globSync(include, { exclude }).toSorted()) {
    beginFile(file)
    await import(pathToFileURL(join(process.cwd(), file)).href)
  }
}

class InProcessRunner {
  #tests: readonly Registered[] = []
  /** Number of mutants that have run in this process. */
  #tried = 0
  /** True if tests fail that should pass: a mutant has left corrupt state. */
  #isSpoilt = false

  /** Declares that nothing has to be reloaded for a mutant, which is active only while tests run. */
  capabilities(): { readonly reloadEnvironment: boolean } {
    return { reloadEnvironment: true }
  }

  async init(): Promise<void> {
    await load()
    const known: Known | null = existsSync(KNOWN) ? JSON.parse(readFileSync(KNOWN, "utf8")) : null
    this.#tests =
      known === null
        ? registered.tests
        : registered.tests
            .filter(({ id }) => Object.hasOwn(known, id))
            .toSorted((one, other) => known[one.id]! - known[other.id]!)
  }

  async dryRun(): Promise<object> {
    const known: Record<string, number> = {}
    const tests = []
    const leftOut: string[] = []
    for (const test of this.#tests) {
      stryker.currentTestId = test.id
      const since = performance.now()
      const failure = await runTest(test)
      // The test plants its own mistake by bundling, which instrumented code does not support.
      if (failure === NO_BUNDLES) continue
      known[test.id] = performance.now() - since
      if (failure !== null) return { status: "error", errorMessage: `${test.id}: ${failure}` }
    }
    stryker.currentTestId = undefined
    // Coverage from here on does not count.
    const mutantCoverage = structuredClone(stryker.mutantCoverage)
    for (const { id, ...test } of this.#tests) {
      if (!Object.hasOwn(known, id)) continue
      if ((await runTest({ id, ...test })) === null) tests.push({ id, name: id, status: 0, timeSpentMs: known[id] })
      else {
        delete known[id]
        leftOut.push(id)
      }
    }
    writeFileSync(KNOWN, JSON.stringify(known))
    writeFileSync(process.env[LEFT_OUT_FILE]!, leftOut.map(id => `${id}\n`).join(""))
    this.#tests = this.#tests
      .filter(({ id }) => Object.hasOwn(known, id))
      .toSorted((one, other) => known[one.id]! - known[other.id]!)
    return { status: "complete", tests, mutantCoverage }
  }

  async mutantRun({ testFilter, hitLimit, activeMutant }: MutantRun): Promise<Outcome> {
    if (this.#isSpoilt) throw new Error("a mutant has left something behind")
    const isFirst = this.#tried++ === 0
    stryker.hitCount = 0
    stryker.hitLimit = hitLimit
    const wanted = new Set(testFilter)
    const tests = this.#tests.filter(({ id }) => testFilter === undefined || wanted.has(id))
    for (const [index, test] of tests.entries()) {
      stryker.activeMutant = activeMutant.id
      const failure = await runTest(test)
      stryker.activeMutant = undefined
      const hits = stryker.hitCount ?? 0
      const isEndless = hitLimit !== undefined && hits > hitLimit
      if (failure === null && !isEndless) continue
      this.#isSpoilt = (await runTest(test)) !== null
      // An earlier mutant in this process may be the cause.
      if (this.#isSpoilt && !isFirst) throw new Error("a mutant has left something behind")
      if (isEndless) return { status: "timeout", reason: `Hit limit reached (${hits}/${hitLimit})` }
      return { status: "killed", killedBy: [test.id], failureMessage: failure ?? "", nrOfTests: index + 1 }
    }
    return { status: "survived", nrOfTests: tests.length }
  }
}

export const strykerPlugins = [{ kind: "TestRunner", name: "in-process", factory: () => new InProcessRunner() }]
