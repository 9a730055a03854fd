/** `quorate workshop [algorithm]`: a page to print, with which a class plays an algorithm. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { command } from "../command.ts"
import { EXIT, UsageError } from "../exit-codes.ts"
import { near, programName } from "../program.ts"
import { table } from "../terminal/table.ts"
import type { KitName } from "../../workshop/kit.ts"
import { type Language, LANGUAGES } from "../../workshop/texts/texts.ts"

export const workshop = command({
  usage: "workshop [algorithm]",
  summary: "print an algorithm as a game for a classroom: cards, signs, a board, a script",
  positionals: { algorithm: { type: "string", describe: "the algorithm to play" } },
  options: {
    language: { choices: LANGUAGES, default: "en", describe: "language of the texts" },
    out: { type: "string", describe: "folder for the page and the games (default: results/workshop/<algorithm>)" },
  },
  examples: [
    ["workshop", "the algorithms that can be played, and their games"],
    ["workshop raft --language es", "a page to print: script, cards, signs, sheets and a board, in Spanish"],
  ],
  async run({ algorithm, language, out }, terminal) {
    const { KITS, TEXTS } = await import("../../workshop/kits.ts")
    const texts = TEXTS[language]
    if (algorithm === undefined) {
      const rows = Object.values(KITS).flatMap(kit =>
        kit.games.map(({ id, nodes }, place) => {
          return [place === 0 ? kit.name : "", texts.kits[kit.name].games[id]!.title, texts.players(nodes)]
        }),
      )
      terminal.out.write(table(["algorithm", "game", "players"], rows, terminal.out.columns))
      return EXIT.ok
    }
    if (!isKit(algorithm, Object.keys(KITS))) throw new UsageError(await unknown(algorithm, Object.keys(KITS)))
    const folder = out ?? join("results", "workshop", algorithm)
    await write(folder, algorithm, language)
    const page = join(folder, `${algorithm}-${language}.html`)
    terminal.out.write(`${near(page)}: open it in a browser and print it, A4, without margins; the last page is A2\n`)
    terminal.out.write(
      `\nLook at a game: ${programName()} trace ${near(join(folder, `${KITS[algorithm].games[0]!.id}.json`))}\n`,
    )
    return EXIT.ok
  },
})

function isKit(name: string, names: readonly string[]): name is KitName {
  return names.includes(name)
}

async function unknown(name: string, names: readonly string[]): Promise<string> {
  const { didYouMean } = await import("../../lib/problems.ts")
  return `there is no workshop for ${name}${didYouMean(name, names) || `; expected one of ${names.join(", ")}`}`
}

/** Writes the page, and each game as a scenario. */
async function write(folder: string, name: KitName, language: Language): Promise<void> {
  const [{ KITS, TEXTS }, { play }, { printed }, { scenarioText }, registry] = await Promise.all([
    import("../../workshop/kits.ts"),
    import("../../workshop/play.ts"),
    import("../../workshop/print/print.ts"),
    import("../../scenarios/scenario-file.ts"),
    import("../../algorithms/registry.ts"),
  ])
  const kit = KITS[name]
  const played = new Map(kit.games.map(game => [game, play(kit, game)]))
  mkdirSync(folder, { recursive: true })
  const texts = TEXTS[language]
  writeFileSync(join(folder, `${name}-${language}.html`), printed({ kit, language, texts, played }))
  for (const [{ id }, { run }] of played) {
    const { title } = texts.kits[name].games[id]!
    writeFileSync(join(folder, `${id}.json`), scenarioText({ ...run, title }, registry))
  }
}
