/** What a report's page runs: charts that answer, tables that sort, and the way from a point to its runs. */
import { drawCharts } from "./charts.ts"
import { Choices, readData } from "./data.ts"
import { copyOnClick, openFoldsToPrint, switchTheme } from "./furniture.ts"
import { showRuns } from "./runs.ts"
import { linkRows, sortTables } from "./tables.ts"

const data = readData()
const choices = new Choices()

for (const button of document.querySelectorAll<HTMLButtonElement>(".legend .key")) {
  const algorithm = button.dataset["algorithm"]!
  button.addEventListener("click", () => choices.toggle(algorithm))
  choices.onHidden(() => button.setAttribute("aria-pressed", String(!choices.hidden.has(algorithm))))
}
choices.onHidden(() => {
  for (const row of document.querySelectorAll<HTMLElement>("tr[data-algorithm]")) {
    row.hidden = choices.hidden.has(row.dataset["algorithm"]!)
  }
})

switchTheme()
copyOnClick()
openFoldsToPrint()
sortTables()
linkRows(choices)
showRuns(data, choices)
drawCharts(data, choices)
