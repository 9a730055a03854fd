// What the hand-outs say of the labs, and of what else there is: stages and points, experiments, scenarios, games and challenges.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { pointsOf, type Stage } from "../../labs/engine/lab.ts"
import { labs } from "../../labs/registry.ts"
import { CHALLENGES } from "../../web/play/challenges/registry.ts"
import { TEXTS } from "../../workshop/kits.ts"
import { namedIn } from "../support/named.ts"

const ROOT = join(import.meta.dirname, "../..")

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

  test("its commands name stages that are there, and other things that are", () => {
    const tested = [...text.matchAll(/`quorate lab test ([a-z-]+)`/g)].map(([, stage]) => stage)
    expect(lab.stages.map(({ name }: Stage) => name)).toEqual(expect.arrayContaining(tested))
    const named = namedIn(text)
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter(({ isThere }) => !isThere)).toEqual([])
  })

  test("the games and challenges that it names are there", () => {
    const start = text.indexOf("## To play with")
    const part = text.slice(start, text.indexOf("\n## ", start + 1)).replaceAll(/\n\s*/g, " ")
    const named = [...part.matchAll(/\*([A-Z][^*]+)\*/g)].map(([, title = ""]) => title)
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter(title => !titles.has(title))).toEqual([])
  })
})
