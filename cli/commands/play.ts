/** `quorate play [what]`: makes a page in which algorithms are played with and broken by hand. */
import { ALGORITHMS_OPTION, command, integerOption } from "../command.ts"
import { EXIT, UsageError } from "../exit-codes.ts"
import type { Terminal } from "../terminal/terminal.ts"
import type { PlayDocument } from "../../debugger/play-document.ts"

export const play = command({
  usage: "play [what]",
  summary:
    "write an interactive page (one HTML file) of an algorithm: step forward and back, and inject faults by hand",
  positionals: {
    what: {
      type: "string",
      describe: "algorithm, bundled scenario, scenario file, folder of results, spec or experiment",
    },
  },
  options: {
    run: { type: "string", requiresArg: true, describe: "the run's id, as in runs.csv; a scenario file needs none" },
    seed: {
      type: "string",
      requiresArg: true,
      describe: "seed to use in place of the run's own",
      coerce: integerOption("seed", { min: 0 }),
    },
    out: { type: "string", requiresArg: true, default: "play.html", describe: "the file to write" },
    algorithms: ALGORITHMS_OPTION,
  },
  examples: [
    ["play", "the playground, with a choice of all algorithms"],
    ["play bully", "five nodes that elect the highest: partition them"],
    ["play token-ring-lost-token", "a bundled scenario, to change by hand"],
    ["play by-hand.json", "what was saved in the playground"],
  ],
  async run({ what, run, seed, out: file, algorithms }, { out, err, ...terminal }) {
    const [{ playPage }, { writeFile }] = await Promise.all([
      import("../../debugger/play-page.ts"),
      import("node:fs/promises"),
    ])
    if (algorithms !== undefined) {
      throw new UsageError(
        "--algorithms: the playground has the bundled algorithms only; quorate trace shows a run of any",
      )
    }
    const page = await playPage(await documentOf(what, { run, seed }, { out, err, ...terminal }))
    try {
      await writeFile(file, page)
    } catch (error) {
      const { whyNotWritten } = await import("../../lib/errors.ts")
      throw new UsageError(`--out: ${file} cannot be written: ${whyNotWritten(file, error)}`)
    }
    out.write(`${file}: open it in a browser (${(page.length / 1024).toFixed(0)} KiB, needs no network)\n`)
    return EXIT.ok
  },
})

/** The document of the page: empty, an algorithm, or a run. */
async function documentOf(
  what: string | undefined,
  { run, seed }: { readonly run: string | undefined; readonly seed: number | undefined },
  terminal: Terminal,
): Promise<PlayDocument | null> {
  if (what === undefined) return null
  const registry = await import("../../algorithms/registry.ts")
  if (Object.hasOwn(registry.algorithms, what)) return { algorithm: what }
  const [{ loadRun }, { resolveSpec, resolveScenario }, { encodeScenario }] = await Promise.all([
    import("./replay/replays.ts"),
    import("../../experiments/plan/bundled.ts"),
    import("../../scenarios/scenario-file.ts"),
  ])
  const found = await loadRun(resolveScenario(what) ?? resolveSpec(what), terminal, { id: run, seed })
  const { title, written, scenario, seed: own } = found
  if (registry.algorithms[scenario.algorithm.name] !== scenario.algorithm) {
    throw new UsageError(`${scenario.algorithm.name}: the playground has the bundled algorithms only`)
  }
  const runnable = { ...(title === undefined ? {} : { title }), scenario: written, seed: own }
  return { scenario: encodeScenario(runnable, registry) }
}
