/** `quorate check-algorithm <module>`: checks that algorithms from outside keep the contract. */
import type { Examination } from "../../scenarios/outside/examination.ts"
import { command, integerOption } from "../command.ts"
import { LIMIT_OPTION } from "../durations.ts"
import { EXIT, UsageError } from "../exit-codes.ts"
import { watchOutside } from "../terminal/sentry.ts"
import { foldIndented, table } from "../terminal/table.ts"

const RUNS = 5

export const checkAlgorithm = command({
  usage: "check-algorithm <module>",
  summary: "check that an algorithm of your own keeps the contract, rule by rule",
  positionals: {
    module: { type: "string", demandOption: true, describe: "module with algorithms of your own, e.g. ./my-raft.ts" },
  },
  options: {
    runs: {
      type: "string",
      requiresArg: true,
      describe: `runs under each of its services (default: ${RUNS})`,
      coerce: integerOption("runs", { min: 1, max: 10_000 }),
    },
    limit: LIMIT_OPTION,
  },
  examples: [
    [
      "check-algorithm ./my-raft.ts",
      "is its state plain data, are sent messages left unchanged, are its runs repeatable?",
    ],
    ["check-algorithm ./my-raft.ts --runs 100", "more runs, each with different delays and faults"],
  ],
  async run({ module, runs = RUNS, limit }, terminal) {
    const bundled = await import("../../algorithms/registry.ts")
    const { LIMIT_MS } = await import("../../experiments/run/prepare.ts")
    const { loadRegistry } = await import("../../scenarios/outside/load.ts")
    const { examine } = await import("../../scenarios/outside/examination.ts")
    const loaded = await loadRegistry([module], bundled, "check-algorithm: ")
    if ("problems" in loaded) throw new UsageError(loaded.problems.join("\nquorate: "))
    const names = Object.keys(loaded.registry.algorithms).filter(name => !(name in bundled.algorithms))
    let code: number = EXIT.ok
    let current = ""
    const sentry = await watchOutside([module], limit ?? LIMIT_MS, () => current)
    for (const name of names) {
      const algorithm = loaded.registry.algorithms[name]!
      const examination = await examine(algorithm, bundled.servicesOf(algorithm), runs, (trial, seed) => {
        current = `${name}, run ${seed} of ${trial}`
        sentry.beat()
      })
      terminal.out.write(report(name, examination, runs, terminal.out.columns))
      if (!isPassed(examination)) code = EXIT.algorithmFailed
    }
    sentry.release()
    return code
  },
})

function isPassed({ findings, failure }: Examination): boolean {
  return failure === undefined && findings.every(({ breach }) => breach === undefined)
}

function report(name: string, examination: Examination, runs: number, columns: number): string {
  const { trials, findings, failure } = examination
  const tried = `${name}: ${runs} ${runs === 1 ? "run" : "runs"} of each of ${trials.join(", ")}`
  if (failure !== undefined) {
    const { trial, seed, why } = failure
    return `${tried}\n${foldIndented(`  fails in run ${seed} of ${trial}: ${why}`, columns).join("\n")}\n`
  }
  const rows = findings.map(({ rule, doc, breach }) => [rule, breach === undefined ? "yes" : "NO", doc])
  const broken = findings.flatMap(({ rule, breach }) => {
    if (breach === undefined) return []
    return foldIndented(`  ${rule}, in run ${breach.seed} of ${breach.trial}: ${breach.how}`, columns)
  })
  const conclusion = broken.length === 0 ? [`${name} keeps the contract`] : [`${name} breaks the contract`, ...broken]
  return `${tried}\n\n${table(["rule", "kept", "what must hold"], rows, columns)}\n${conclusion.join("\n")}\n`
}
