// Every sentence of all bundled experiments, and of many random ones, is read back, and its numbers and claims are held to
// the tables, by a reader that knows nothing of who wrote them. `node scripts/answer-fixture.ts` renews the figures.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import * as bundledRegistry from "../../../algorithms/registry.ts"
import type { Figured } from "../../../analysis/aggregate.ts"
import type { AlongDifference } from "../../../analysis/along.ts"
import type { Registry } from "../../../scenarios/cell.ts"
import { remembered } from "../../../lib/remembered.ts"
import { bundledExperiments } from "../../../experiments/plan/bundled.ts"
import type { Difference } from "../../../analysis/comparisons.ts"
import type { Plan } from "../../../experiments/model/plan.ts"
import { answerOf } from "../../../reports/answer/answer.ts"
import { plainText } from "../../../reports/answer/answer-json.ts"
import { type Fixtures, figuresIn } from "../../experiments/support/answer-fixtures.ts"
import { troublesWith } from "../../experiments/support/answer-reader/reader.ts"
import { tablesOf } from "../../experiments/support/answer-reader/tables.ts"
import { REGISTRY } from "../../experiments/support/experiments.ts"
import { randomFigures } from "../../experiments/support/random-figures.ts"

const fixtures: Fixtures = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../experiments/fixtures/answers.json"), "utf8"),
)

interface Figures {
  readonly plan: Plan
  readonly cells: readonly Figured[]
  readonly differences: readonly Difference[]
  readonly along?: readonly AlongDifference[]
}

/** What is said of some figures, and the tables to hold it against. */
function said({ plan, cells, differences, along = [] }: Figures, registry: Registry) {
  const { lead, parts } = answerOf(plan, cells, differences, registry, along)
  const sentences = [
    ...lead.map(({ sentence }) => ({ metric: null, sentence: plainText(sentence) })),
    ...parts.flatMap(({ metric, told }) => told.map(({ sentence }) => ({ metric, sentence: plainText(sentence) }))),
  ]
  return { lead, sentences, tables: tablesOf(plan, cells, differences, along) }
}

/** The sentences with which something is wrong. */
function wrongAmong({ sentences, tables }: ReturnType<typeof said>) {
  return sentences.flatMap(({ metric, sentence }) => {
    // Too many points to be listed are counted: which ones nobody can tell.
    if (/\d of \d+ points/.test(sentence)) return []
    const troubles = troublesWith(sentence, metric, tables)
    return troubles.length === 0 ? [] : [{ sentence, troubles }]
  })
}

const names = bundledExperiments().map(({ name }) => name)
/** What is said of the figures of a bundled experiment, and of random ones. */
const saidOf = remembered((name: string) => said(figuresIn(name, fixtures[name]!), bundledRegistry))
const saidAtRandom = remembered((seed: number) => said(randomFigures(seed), REGISTRY.registry))

describe("every sentence is true to the tables:", () => {
  test.each(names)("%s", name => {
    expect(fixtures[name], `node scripts/answer-fixture.ts ${name}`).toBeDefined()
    const all = saidOf(name)
    expect(all.lead.length).toBeGreaterThan(0)
    expect(wrongAmong(all)).toEqual([])
  })

  /** Set `SEED=17` to replay one of them. */
  const seeds =
    process.env["SEED"] === undefined ? Array.from({ length: 20 }, (_, k) => k + 1) : [Number(process.env["SEED"])]
  test(`of ${seeds.length} experiments with random figures`, () => {
    const wrong = seeds.flatMap(seed => wrongAmong(saidAtRandom(seed)).map(each => ({ seed, ...each })))
    expect(wrong).toEqual([])
  })
})

test("algorithms that have the same value at a point are named together", () => {
  const { sentences } = saidOf("domino-effect")
  expect(sentences.map(({ sentence }) => sentence).find(text => text.includes("initial state"))).toMatch(
    /; Communication-induced, Blocking \(coordinated\), Chandy-Lamport and Pessimistic logging 0\.00 %\.$/,
  )
})

describe("a sentence that was altered is found out:", () => {
  const all = names.filter(name => fixtures[name] !== undefined).map(saidOf)
  all.push(...[1, 2, 3, 4, 5, 6].map(saidAtRandom))
  const ALTERATIONS: Readonly<Record<string, (sentence: string) => readonly string[]>> = {
    "a number that is off by three in its last digit": sentence =>
      [
        ...sentence.matchAll(
          /(?<!(?:below|above|of at least|of at most) )(?<=[ [+-])\d+\.\d(\d+)?(?=[ \],;]|\.$)(?! times)/g,
        ),
      ].map(
        ({ 0: number, index }) => sentence.slice(0, index) + altered(number) + sentence.slice(index + number.length),
      ),
    "the other side of a comparison": sentence => {
      const other: Readonly<Record<string, string>> = {
        more: "less",
        fewer: "more",
        slower: "faster",
        faster: "slower",
      }
      return [...sentence.matchAll(/(?<=[:;] )(?:more|fewer|slower|faster)(?= )/g)].map(
        ({ 0: word, index }) => sentence.slice(0, index) + other[word]! + sentence.slice(index + word.length),
      )
    },
    "a part that is left out": sentence => {
      const parts = sentence.replace(/\.$/, "").split("; ")
      const isNeeded = (part: string): boolean =>
        !/^(?:the sign changes|the largest is|not decided|farthest)/.test(part)
      if (!/ (?:from|against) /.test(parts[0]!)) return []
      return parts.slice(1).flatMap((part, k) => (isNeeded(part) ? [`${parts.toSpliced(k + 1, 1).join("; ")}.`] : []))
    },
    "a verdict on a margin that is another": sentence =>
      / by more than /.test(sentence)
        ? [
            sentence.replace(/no worse by more|(?<!whether )worse by more/, word =>
              word.startsWith("no") ? "worse by more" : "no worse by more",
            ),
            sentence.replace(/by more than ([\d.]+)/, "by more than 7$1"),
          ].filter(other => other !== sentence)
        : [],
    "a size in words that is another": sentence =>
      [...sentence.matchAll(/\(([\d.]+)(?= (?:%|s|min|h|days)[ )])/g)].map(
        ({ 0: found, 1: number, index }) =>
          `${sentence.slice(0, index)}(${(Number(number) * 1.5 + 2).toFixed(1)}${sentence.slice(index + found.length)}`,
      ),
    "a place in a ranking that is another": sentence =>
      sentence.includes("Ranking")
        ? [...sentence.matchAll(/(?<=[:;] |to )\d+(?= [A-Zt])/g)].map(
            ({ 0: place, index }) =>
              `${sentence.slice(0, index)}${Number(place) + 1}${sentence.slice(index + place.length)}`,
          )
        : [],
    "a threshold that is another": sentence =>
      /up to 1 (?:crash|traitor)/.test(sentence) ? [sentence.replace(/up to 1 (crash|traitor)/, "up to 2 $1s")] : [],
  }

  test.each(Object.keys(ALTERATIONS))("%s", kind => {
    let tried = 0
    const missed = all.flatMap(({ sentences, tables }) =>
      sentences.flatMap(({ metric, sentence }) =>
        ALTERATIONS[kind]!(sentence).filter(other => {
          tried++
          return troublesWith(other, metric, tables).length === 0
        }),
      ),
    )
    expect(tried).toBeGreaterThan(0)
    expect(missed).toEqual([])
  })
})

function altered(number: string): string {
  const decimals = number.split(".")[1]!.length
  return (Number(number) + 3 * 10 ** -decimals).toFixed(decimals)
}
