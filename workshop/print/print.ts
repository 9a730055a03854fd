/** A kit as a page to print: script, solutions, and everything to cut out. */
import type { VNode } from "preact"
import { render } from "preact-render-to-string"
import { html, verbatim } from "../../reports/page/html.ts"
import type { Game, Kit } from "../kit.ts"
import type { Card, Played } from "../play.ts"
import type { GameTexts, Language, Texts } from "../texts/texts.ts"
import { written } from "./fields.ts"
import { instructionsPart } from "./instructions.ts"
import { holding } from "./signs.ts"
import { stepList } from "./steps.ts"
import { STYLE } from "./style.ts"
import { typeset } from "./typeset.ts"

/** A kit in a language, with its games as played. */
export interface Edition {
  readonly kit: Kit
  readonly language: Language
  readonly texts: Texts
  readonly played: ReadonlyMap<Game, Played>
}

/** The whole kit as one self-contained HTML page. */
export function printed(edition: Edition): string {
  const { kit, texts, language } = edition
  const { title } = texts.kits[kit.name]
  const page = html`<html lang=${language}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
      <title>${title}</title>
      <style ...${verbatim(STYLE)}></style>
    </head>
    <body>
      ${scriptPart(edition)} ${answersPart(edition)} ${solutionPart(edition)} ${idsPart(edition)} ${signsPart(edition)}
      ${secretsPart(edition)} ${instructionsPart(kit, texts, mostNodes(kit))} ${sheetsPart(edition)} ${cardsPart(edition)} ${boardPart(edition)}
    </body>
  </html>`
  return `<!doctype html>\n${render(page)}\n`
}

function mostNodes({ games }: Kit): number {
  return Math.max(...games.map(({ nodes }) => nodes))
}

function scriptPart(edition: Edition): VNode {
  const { kit, texts } = edition
  const { headings } = texts
  const { title, idea } = texts.kits[kit.name]
  const cards = kit.cards.reduce((sum, { copies }) => sum + copies, 0)
  const names = namesIn(kit)
  const hasSecrets = kit.secrets !== undefined
  return html`<section class="flow">
      <h1>${title}</h1>
      <p class="lead">${headings.script}</p>
      <p>${idea}</p>
      <h3>${headings.materials}</h3>
      <p>${texts.materials(mostNodes(kit), cards, hasSecrets)}</p>
      <h3>${headings.rules}</h3>
      <ol>${texts.rules(hasSecrets, kit.board).map(rule => html`<li>${rule}</li>`)}</ol>
      <h3>${headings.reading}</h3>
      <p>${texts.reading}</p>
      <h3>${headings.names}</h3>
      <dl class=${names.length > LONG_LIST ? "meanings long" : "meanings"}>
        ${names.map(name => html`<div><dt>${lastPart(name)}</dt><dd>${texts.names[kit.name][name]}</dd></div>`)}
      </dl>
    </section>
    ${kit.games.map(game => gamePart(edition, game))}`
}

/** The number of names that fit on a page beside the rules, in letters of the same size. */
const LONG_LIST = 12

/** The names of the fields on cards and sheets, each once. */
function namesIn({ cards, sheet }: Kit): readonly string[] {
  return [...new Set([...cards.flatMap(({ fields }) => fields), ...sheet])]
}

/** The printed name of a field: without the name of the enclosing field. */
function lastPart(name: string): string {
  return name.split(".").at(-1)!
}

function gamePart({ kit, texts, language, played }: Edition, game: Game): VNode {
  const { headings } = texts
  const own = textsOf(kit, texts, game)
  const { moves, signs } = played.get(game)!
  const held = holding(signs, texts)
  return html`<section class="flow">
    <h2>${own.title}</h2>
    <p>${texts.players(game.nodes)}. ${headings.timing}: ${texts.minutes(...game.minutes)}.</p>
    <h3>${headings.goal}</h3>
    <p>${typeset(own.goal)}</p>
    <h3>${headings.begin}</h3>
    <p>${typeset(own.begin)}</p>
    ${held !== "" && html`<p>${headings.signs}: ${held}.</p>`}
    <h3>${headings.steps}</h3>
    ${stepList(moves, texts, language)}
    <div class="discussion">
      <h3>${headings.questions}</h3>
      <ul>${own.questions.map(question => html`<li>${typeset(question)}</li>`)}</ul>
    </div>
  </section>`
}

/** On sheets of their own, so that the script can lie open; they may take several pages. */
function answersPart({ kit, texts }: Edition): VNode {
  return html`<section class="flow answers">
    <h2>${texts.headings.answers}</h2>
    ${kit.games.map(game => {
      const { title, questions } = textsOf(kit, texts, game)
      const answers = texts.answers[kit.name][game.id]!
      return html`<h3>${title}</h3>
        <dl>
          ${questions.map((question, place) => {
            return html`<div><dt>${typeset(question)}</dt><dd>${typeset(answers[place]!)}</dd></div>`
          })}
        </dl>`
    })}
  </section>`
}

function textsOf(kit: Kit, texts: Texts, game: Game): GameTexts {
  return texts.kits[kit.name].games[game.id]!
}

/** The number of filled-in cards on a page. */
const SOLUTIONS = 18

/**
 * One game after another, so that no page has a single card; the heading of a game takes the place of a card, and is
 * never the last of a page.
 */
function solutionPart({ kit, texts, played }: Edition): readonly VNode[] {
  const cells: VNode[] = []
  for (const game of kit.games) {
    if (cells.length % SOLUTIONS === SOLUTIONS - 1) cells.push(html`<div></div>`)
    cells.push(html`<div><div class="type">${textsOf(kit, texts, game).title}</div>${texts.headings.solution}</div>`)
    const cards = played.get(game)!.moves.flatMap(({ sent }) => sent)
    cells.push(...cards.map(card => html`<div>${cardContent(kit, texts, card.type, card)}</div>`))
  }
  return pages(cells, SOLUTIONS, "small")
}

/** A card: filled in, or blank with the meaning of each field. */
function cardContent(kit: Kit, texts: Texts, type: string, filled?: Card): VNode {
  const { card: words } = texts
  const means = texts.names[kit.name]
  const fields = kit.cards.find(kind => kind.type === type)?.fields ?? []
  const line = (name: string, value: string | number | undefined) =>
    html`<div class="field"><b>${name}</b><span>${value ?? ""}</span></div>`
  return html`<div class="type">${type}</div>
    <div class="head">
      ${line(words.number, filled?.number)} ${line(words.from, filled?.from)} ${line(words.to, filled?.to)}
    </div>
    ${fields.map(field => {
      const note = filled === undefined && html`<p class="note">${means[`${type}.${field}`] ?? means[field]}</p>`
      return html`${line(lastPart(field), filled && written(filled, field))}${note}`
    })}`
}

/** Things to cut out, `each` to a page. */
function pages(items: readonly VNode[], each: number, size: string): readonly VNode[] {
  const count = Math.ceil(items.length / each)
  return Array.from({ length: count }, (_, page) => {
    return html`<section class=${`sheet cut ${size}`}>${items.slice(page * each, (page + 1) * each)}</section>`
  })
}

function idsPart({ kit }: Edition): readonly VNode[] {
  const ids = Array.from({ length: mostNodes(kit) }, (_, id) => html`<div class="big id">${id}</div>`)
  return pages(ids, 8, "a7")
}

function signsPart({ kit, texts }: Edition): readonly VNode[] {
  return pages(copied(kit.signs, texts, "sign"), 2, "a5")
}

function secretsPart({ kit: { secrets = {} }, texts }: Edition): readonly VNode[] {
  return pages(copied(secrets, texts, "secret"), 8, "a7")
}

/** Signs or secret cards, each with its number of copies. */
function copied(kinds: Readonly<Record<string, number>>, { signs }: Texts, look: string): readonly VNode[] {
  return Object.entries(kinds).flatMap(([sign, copies]) =>
    Array.from({ length: copies }, () => html`<div class=${`big ${look}`}>${signs[sign]}</div>`),
  )
}

function sheetsPart({ kit, texts }: Edition): readonly VNode[] {
  const { headings } = texts
  const box = (name: string) => html`<div class="box">
    <b>${name}</b>${kit.disk.includes(name) ? ` ${ON_DISK}` : ""}
    <p class="note">${texts.names[kit.name][name]}</p>
    ${name === "log" ? LOG : ""}
  </div>`
  return Array.from({ length: mostNodes(kit) }, () => {
    return html`<section class="sheet state">
      <h2>${headings.sheet} ____</h2>
      ${kit.sheet.map(box)}
      <p>${headings.pencil}${kit.disk.length === 0 ? "" : ` ${headings.disk}`}</p>
    </section>`
  })
}

/** Marks state that survives a crash. */
const ON_DISK = "■"

const LOG = html`<div class="log">${Array.from({ length: 8 }, (_, index) => html`<i>${index + 1}</i>`)}</div>`

function cardsPart({ kit, texts }: Edition): readonly VNode[] {
  return kit.cards.flatMap(({ type, copies }) => {
    const blank = Array.from({ length: copies }, () => html`<div>${cardContent(kit, texts, type)}</div>`)
    return pages(blank, 4, "a6")
  })
}

function boardPart({ kit, texts }: Edition): VNode {
  const { title } = texts.kits[kit.name]
  const cells = Array.from({ length: 10 }, (_, index) => html`<i>${index + 1}</i>`)
  const lanes = Array.from({ length: mostNodes(kit) }, (_, node) => {
    return html`<div><span>${texts.node(node)}</span>${kit.board === "log" ? cells : ""}</div>`
  })
  return html`<section class="board">
    <h1>${title}</h1>
    <div class=${`lanes${kit.board === "log" ? " logs" : ""}`}>${lanes}</div>
  </section>`
}
