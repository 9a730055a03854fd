/** The code of a report's page: interactive charts, sortable tables, and the way from a point to its runs. */
import { drawCharts } from "./charts.ts"
import { Choices, readData } from "./data.ts"
import { copyOnClick, openFoldsToPrint, switchTheme } from "./furniture.ts"
import { hydrateLegend } from "./legend.tsx"
import { showRuns } from "./runs.tsx"
import { hideRows, linkRows, sortTables } from "./tables.ts"

const data = readData()
const choices = new Choices()

switchTheme()
copyOnClick()
openFoldsToPrint()
hydrateLegend(data, choices)
sortTables()
linkRows(choices)
hideRows(choices)
showRuns(data, choices)
drawCharts(data, choices)
