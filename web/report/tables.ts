/**
 * Tables that sort by a click on a heading, and rows that lead to their runs. They work on the static rows of the page:
 * to hydrate them as components, the page would have to contain every figure twice.
 */
import type { Choices } from "./data.ts"

/** Adds a button to every heading of the sortable tables. */
export function sortTables(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table[data-sortable]")) {
    for (const [column, heading] of [...table.tHead!.rows[0]!.cells].entries()) {
      const button = document.createElement("button")
      button.type = "button"
      button.className = "sort"
      button.textContent = heading.textContent
      heading.replaceChildren(button)
      button.addEventListener("click", () => sortBy(table, column))
    }
  }
}

/** Numbers sort from the largest, words from A; a second click reverses the order. */
function sortBy(table: HTMLTableElement, column: number): void {
  const headings = [...table.tHead!.rows[0]!.cells]
  const heading = headings[column]!
  const body = table.tBodies[0]!
  const rows = [...body.rows]
  const isNumeric = rows.some(row => row.cells[column]!.dataset["sort"] !== undefined)
  const first = isNumeric ? "descending" : "ascending"
  const before = heading.getAttribute("aria-sort")
  const order = before === null ? first : before === "ascending" ? "descending" : "ascending"
  for (const other of headings) other.removeAttribute("aria-sort")
  heading.setAttribute("aria-sort", order)
  const sign = order === "ascending" ? 1 : -1
  body.append(...rows.toSorted((a, b) => compare(a.cells[column]!, b.cells[column]!, isNumeric, sign)))
}

/** Compares two cells; a cell without a value always comes last. */
function compare(a: HTMLElement, b: HTMLElement, isNumeric: boolean, sign: number): number {
  if (!isNumeric) return sign * a.textContent.localeCompare(b.textContent, "en", { numeric: true })
  const [first, second] = [a, b].map(cell => {
    const key = cell.dataset["sort"] ?? ""
    return key === "" ? undefined : Number(key)
  })
  if (first === undefined || second === undefined) return Number(first === undefined) - Number(second === undefined)
  return sign * (first - second)
}

/** A row of the figures shows its runs, by a click or by Enter. */
export function linkRows(choices: Choices): void {
  for (const row of document.querySelectorAll<HTMLElement>("tr[data-cell]")) {
    row.tabIndex = 0
    row.title = "Show the runs"
    const show = (): void => choices.select({ cell: Number(row.dataset["cell"]) })
    row.addEventListener("click", show)
    row.addEventListener("keydown", event => {
      if (event.key === "Enter") show()
    })
  }
}

/** Hides the rows of hidden algorithms. */
export function hideRows(choices: Choices): void {
  choices.onHidden(() => {
    for (const row of document.querySelectorAll<HTMLElement>("tr[data-algorithm]")) {
      row.hidden = choices.hidden.has(row.dataset["algorithm"]!)
    }
  })
}
