// What the hand-outs say of the labs, and of what else there is: stages and points, experiments, scenarios, games and challenges.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { algorithms } from "../../algorithms/registry.ts"
import { type Lab, pointsOf, type Stage } from "../../labs/engine/lab.ts"
import { labs } from "../../labs/registry.ts"
import { CHALLENGES } from "../../web/play/challenges/registry.ts"
import { KITS, TEXTS } from "../../workshop/kits.ts"

const ROOT = join(import.meta.dirname, "../..")

/** What may be named after a command. */
const EXISTS: Readonly<Record<string, (name: string, lab: Lab) => boolean>> = {
  run: name => existsSync(join(ROOT, "experiments/specs", `${name}.yaml`)),
  play: isAlgorithmOrScenario,
  trace: isAlgorithmOrScenario,
  algorithms: name => name in algorithms,
  workshop: name => name in KITS,
  "lab test": (name, { stages }) => stages.some((stage: Stage) => stage.name === name),
}

function isAlgorithmOrScenario(name: string): boolean {
  return name in algorithms || existsSync(join(ROOT, "scenarios/bundled", `${name}.json`))
}

const titles = new Set([
  ...CHALLENGES.map(({ title }) => title),
  ...Object.values(TEXTS.en.kits).flatMap(({ games }) => Object.values(games).map(({ title }) => title)),
])

describe.each(Object.values(labs))("$name", lab => {
  const text = readFileSync(join(ROOT, "labs", lab.name, "README.md"), "utf8")

  test("its stages and their points are those of the hand-out", () => {
    const rows = [...text.matchAll(/^\| `([a-z-]+)` \|.*\| (\d+) \|$/gm)].map(([, name, points]) => [
      name,
      Number(points),
    ])
    expect(rows).toEqual(lab.stages.map((stage: Stage) => [stage.name, pointsOf(stage)]))
  })

  test("what its commands name is there", () => {
    const named = [...text.matchAll(/`quorate (run|play|trace|algorithms|workshop|lab test) ([a-z0-9-]+)[^`.]*`/g)]
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter(([, command = "", name = ""]) => !EXISTS[command]!(name, lab)).map(([found]) => found)).toEqual(
      [],
    )
  })

  test("the games and challenges that it names are there", () => {
    const start = text.indexOf("## To play with")
    const part = text.slice(start, text.indexOf("\n## ", start + 1)).replaceAll(/\n\s*/g, " ")
    const named = [...part.matchAll(/\*([A-Z][^*]+)\*/g)].map(([, title = ""]) => title)
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter(title => !titles.has(title))).toEqual([])
  })
})
