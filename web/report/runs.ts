/** The table of single runs: those of a point or row that the reader chose, each with the commands that show it. */
import { inPercent } from "../../lib/percent.ts"
import { type Choices, element, type ReportData, type Run } from "./data.ts"

/** Rows shown at a time. */
const PAGE = 20

export function showRuns(data: ReportData, choices: Choices): void {
  const place = document.querySelector<HTMLElement>("#run-table")!
  let most = PAGE
  const draw = (): void => place.replaceChildren(...contents(data, choices, most, more))
  const more = (): void => {
    most += 5 * PAGE
    draw()
  }
  choices.onHidden(draw)
  choices.onSelection(() => {
    most = PAGE
    draw()
    place.scrollIntoView({ block: "start", behavior: "smooth" })
    place.querySelector<HTMLElement>(".filter")?.focus({ preventScroll: true })
  })
  draw()
}

function contents(data: ReportData, choices: Choices, most: number, more: () => void): readonly Node[] {
  const { selection, hidden } = choices
  const chosen = data.runs.filter(([cell, repeat]) => {
    const { algorithm } = data.cells[cell]!
    if (hidden.has(algorithm)) return false
    return (
      (selection.cell ?? cell) === cell &&
      (selection.repeat ?? repeat) === repeat &&
      (selection.algorithm ?? algorithm) === algorithm
    )
  })
  const rest = chosen.length - most
  return [
    filterLine(data, choices, chosen.length),
    table(data, chosen.slice(0, most)),
    ...(rest > 0 ? [button(`Show more (${rest} left)`, more)] : []),
  ]
}

/** What is shown, and a way back to all. */
function filterLine(data: ReportData, choices: Choices, count: number): HTMLElement {
  const { cell, repeat, algorithm } = choices.selection
  const parts = [
    ...(cell === undefined ? [] : [data.cells[cell]!.id]),
    ...(algorithm === undefined ? [] : [algorithm]),
    ...(repeat === undefined ? [] : [`run ${repeat}`]),
  ]
  const cut = data.isCut ? ` (${data.runs.length} of ${data.total} runs are kept in this page; all: runs.csv)` : ""
  const what = parts.length === 0 ? "all points" : parts.join(", ")
  const line = element("p", `${count} ${count === 1 ? "run" : "runs"} of ${what}${cut} `, {
    class: "filter",
    tabindex: "-1",
  })
  if (parts.length > 0) line.append(button("Show all", () => choices.select({})))
  return line
}

function table({ cells, columns, outDir }: ReportData, runs: readonly Run[]): HTMLElement {
  const made = element("table")
  made.append(element("caption", "A row a run; copy its command to see it as a picture, or line by line"))
  const head = made.createTHead().insertRow()
  const titles = ["Run", "Ended", ...columns.map(({ title }) => title), "See it"]
  for (const [index, title] of titles.entries()) {
    head.append(
      element("th", title, { scope: "col", class: index > 1 && index < titles.length - 1 ? "number" : "short" }),
    )
  }
  const body = made.createTBody()
  for (const [cell, repeat, ended, isBad, ...values] of runs) {
    const id = `${cells[cell]!.id}/${repeat}`
    const row = body.insertRow()
    row.append(element("td", id, { class: "short" }), element("td", ended, { class: isBad === 1 ? "bad" : "short" }))
    for (const [index, value] of values.entries()) {
      row.append(element("td", written(value ?? null, columns[index]!.isShare), { class: "number" }))
    }
    const commands = element("td", "", { class: "short" })
    for (const name of ["trace", "replay"]) {
      const command = `quorate ${name} ${outDir} --run '${id}'`
      commands.append(
        element("button", name, {
          type: "button",
          "data-copy": command,
          title: `Copy: ${command}`,
          "aria-label": `Copy: ${command}`,
        }),
        " ",
      )
    }
    row.append(commands)
  }
  const region = element("div", "", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Single runs" })
  region.append(made)
  return region
}

function written(value: number | null, isShare: boolean): string {
  if (value === null) return "-"
  if (isShare) return `${inPercent(value)} %`
  return Math.abs(value) >= 1_000 ? value.toFixed(0) : value.toFixed(2)
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = element("button", text, { type: "button" })
  made.addEventListener("click", act)
  return made
}
