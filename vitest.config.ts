// Test settings, a reporter whose closing line says plainly how many tests passed and failed, and the order of the files.
import { availableParallelism } from "node:os"
import { join, relative } from "node:path"
import { defineConfig } from "vitest/config"
import { BaseSequencer, type Reporter, type TestModule, type TestSpecification } from "vitest/node"

const plainCount: Reporter = {
  onTestRunEnd(modules: ReadonlyArray<TestModule>) {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counts[test.result().state]++
      // A file that cannot even be loaded has no tests to count, and is still a failure.
      if (module.state() === "failed" && module.errors().length > 0) counts.failed++
    }
    const skipped = counts.skipped + counts.pending
    console.log(`${counts.passed} passed, ${counts.failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`)
  },
}

/** Files that take long, the longest first. */
const LONG = [
  "test/cli/queue.test.ts",
  "test/browser/accessibility.test.ts",
  "test/scenarios/outside/contract.test.ts",
  "test/browser/play.test.ts",
  "test/web/trace/page.test.ts",
  "test/labs/labs.test.ts",
  "test/cli/durability.test.ts",
  "test/algorithms/contract.test.ts",
  "test/labs/again.test.ts",
  "test/experiments/run/run.test.ts",
  "test/experiments/run/memory.test.ts",
  "test/labs/hostile.test.ts",
  "test/cli/chart.test.ts",
  "test/scenarios/outside/outside.test.ts",
  "test/cli/baseline.test.ts",
  "test/browser/report.test.ts",
  "test/labs/mistakes.test.ts",
  "test/labs/rules.test.ts",
  "test/bench/costs.test.ts",
  "test/labs/walls.test.ts",
  "test/cli/output.test.ts",
  "test/labs/commands.test.ts",
  "test/docs.test.ts",
  "test/checking/bundled.test.ts",
  "test/algorithms/sharded-groups/mutants.test.ts",
  "test/workshop/print.test.ts",
  "test/labs/class.test.ts",
  "test/support/safety.test.ts",
  "test/published.test.ts",
  "test/services/mutual-exclusion/dead-clients.test.ts",
  "test/bench/action.test.ts",
  "test/cli/launcher.test.ts",
  "test/labs/graders.test.ts",
  "test/cli/run.test.ts",
  "test/recipes.test.ts",
  "test/hunting/hunt.test.ts",
  "test/reports/answer/answers-read.test.ts",
  "test/cli/odd-input.test.ts",
  "test/reports/charts/charts.test.ts",
  "test/algorithms/sharded-groups/transactions.test.ts",
  "test/cli/up-to-date.test.ts",
  "test/algorithms/sharded-groups/safety.test.ts",
  "test/algorithms/raft/parallel-write.test.ts",
  "test/analysis/precision.test.ts",
  "test/debugger/shrink/shrink.test.ts",
  "test/runtime/checker/explorer.test.ts",
]

/** The projects in the order in which their files are run. */
const ORDER = ["other", "commands", "pure"]

/**
 * Begins with what takes long, lest one core be left with it in the end. Files that share their processes come together, after
 * all others: a process that has none of them next is ended.
 */
class LongestFirst extends BaseSequencer {
  override sort(files: readonly TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification): number => {
      const listed = LONG.indexOf(relative(import.meta.dirname, moduleId))
      return (listed < 0 ? LONG.length : listed) + ORDER.indexOf(project.name) * (LONG.length + 1)
    }
    return Promise.resolve(files.toSorted((one, other) => place(one) - place(other)))
  }
}

// Many tests start worker threads and processes from source. With the cache they do not compile all of it each time,
// which is three quarters of what a worker thread takes to start.
process.env["NODE_COMPILE_CACHE"] ??= join(import.meta.dirname, "node_modules/.cache/compiled")

/** Tests of what is pure: functions of their arguments, which leave nothing behind in the process that runs them. */
const PURE = [
  "{algorithms,analysis,checking,debugger,reports,runtime,services}/**/*",
  "experiments/{model,plan}/**/*",
  "{experiments,mutation,scenarios,support}/*",
  "labs/{handouts,mistakes,rules}",
  "web/{play,report}/*",
  "web/trace/layout",
].map(files => `test/${files}.test.ts`)

/**
 * Tests that load the workbench and leave nothing behind but that: of command lines, sweeps, labs and pages. What they test from
 * source takes longer to load than most of them run.
 */
const COMMANDS = [
  // That of costs loads another copy of the package, for which what algorithms from outside import is that copy's for good.
  "test/bench/!(costs).test.ts",
  "test/{browser,hunting,lib,site,workshop}/*.test.ts",
  "test/{architecture,docs,docs-commands,published,readme,recipes,words}.test.ts",
  "test/cli/*.test.ts",
  "test/experiments/{run,store}/*.test.ts",
  "test/labs/*.test.ts",
  "test/scenarios/outside/*.test.ts",
  "test/web/trace/page.test.ts",
]

/** The module that keeps for other processes what one has compiled. */
const KEEP = ["test/support/keep-compiled.ts"]

export default defineConfig({
  test: {
    // Node.js itself loads tests and sources, types and all, as it does for users. Vite would transform each module first,
    // hand it to each process, and turn each use of an import into a look-up; no test replaces a module, for which it would.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    projects: [
      // One process after the other for all of them: a process a file takes as long to start as most of them run.
      { extends: true, test: { name: "pure", include: PURE, isolate: false } },
      {
        extends: true,
        test: { name: "commands", include: COMMANDS, exclude: PURE, isolate: false, setupFiles: KEEP },
      },
      {
        extends: true,
        test: {
          name: "other",
          include: ["test/**/*.test.ts"],
          exclude: [...PURE, ...COMMANDS],
          setupFiles: KEEP,
        },
      },
    ],
    // Only for what never ends: how long a test takes says more about the machine than about the test.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // A busy machine takes longer than the second that is usual.
    expect: { poll: { timeout: 60_000 } },
    reporters: ["default", plainCount],
    // One a core, where Vitest would leave one idle. Each compiles for itself what is hot in the workbench: two more, which
    // would work while others wait for queues and browsers, took a quarter more processor time on two cores.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
  },
})
