/** The charts: drawn to the available width, with tooltips, zoom, hidden algorithms, and points that lead to their runs. */
import type * as Vega from "vega"
import type { Choices, ReportData, Selection } from "./data.ts"
import { foldingTitles } from "./folding-titles.ts"
import { walkPoints } from "./points.ts"
import { createTip, type Tip } from "./tip.ts"
import { Zoom } from "./zoom.ts"

declare const vega: typeof Vega

/** Minimum and maximum width of a panel, in pixels. */
const NARROWEST = 130
const WIDEST = 480

/** Draws all charts once the page has been painted. */
export function drawCharts({ charts }: ReportData, choices: Choices): void {
  if (charts.length === 0) return
  requestAnimationFrame(() => setTimeout(() => drawAll(charts, choices)))
}

function drawAll(charts: ReportData["charts"], choices: Choices): void {
  const library = document.createElement("script")
  library.textContent = document.querySelector("#library")!.textContent
  document.head.append(library)
  const tip = createTip()
  for (const { name, vega: spec } of charts) {
    const figure = document.querySelector<HTMLElement>(`figure[data-chart="${CSS.escape(name)}"]`)
    if (figure !== null) void drawChart(figure, spec, choices, tip).catch(() => showPicture(figure))
  }
}

/** The picture for browsers without scripts is better than nothing. */
function showPicture(figure: HTMLElement): void {
  figure.querySelector(".chart")!.innerHTML = figure.querySelector("noscript")?.textContent ?? ""
}

async function drawChart(figure: HTMLElement, spec: Vega.Spec, choices: Choices, tip: Tip): Promise<void> {
  const place = figure.querySelector<HTMLElement>(".chart")!
  const view = new vega.View(vega.parse(foldingTitles(spec, NARROWEST)), {
    renderer: "svg",
    container: place,
    hover: true,
  })
  view.tooltip((_handler, event, _item, value) => tip.show(event.clientX, event.clientY, value))
  view.logLevel(vega.Error)
  view.signal("hidden", [...choices.hidden])
  await view.runAsync()
  const refit = async (): Promise<void> => {
    await fit(view, place)
    figure.querySelector<HTMLElement>(".beyond")!.hidden = place.scrollWidth <= place.clientWidth + 1
  }
  await refit()
  const select = (datum: unknown): void => {
    const selection = selectionOf(datum)
    if (selection !== undefined) choices.select(selection)
  }
  const zoom = new Zoom(view, place)
  zoom.bindButtons(figure)
  view.addEventListener("click", (_event, item) => {
    if (!zoom.wasDragged) select(item?.datum)
  })
  walkPoints(place, tip, select, zoom)
  choices.onHidden(() => void view.signal("hidden", [...choices.hidden]).runAsync())
  new ResizeObserver(() => void refit()).observe(place)
}

/** Fits the panels to the width of the page. */
async function fit(view: Vega.View, place: HTMLElement): Promise<void> {
  const available = place.clientWidth
  const svg = place.querySelector("svg")
  if (available === 0 || svg === null) return
  const panel = panelWidth(view)
  if (panel === undefined) {
    const width = Math.min(available, 2 * WIDEST)
    if (Math.abs(view.width() - width) > 1) await view.width(width).runAsync()
    return
  }
  const panels = Math.max(1, new Set([...svg.querySelectorAll(".cell > g > path.background")].map(left)).size)
  const around = svg.clientWidth - panels * panel
  const widest = panels === 1 ? 2 * WIDEST : WIDEST
  const width = Math.max(NARROWEST, Math.min(widest, Math.floor((available - around) / panels)))
  if (Math.abs(width - panel) > 1) await view.signal("child_width", width).resize().runAsync()
}

/** The width of one of several panels; undefined for a single panel, or one without its own width. */
function panelWidth(view: Vega.View): number | undefined {
  try {
    return Number(view.signal("child_width"))
  } catch {
    return undefined
  }
}

function left(background: Element): number {
  return Math.round(background.getBoundingClientRect().left)
}

/** The runs of a point of a chart. */
export function selectionOf(datum: unknown): Selection | undefined {
  if (typeof datum !== "object" || datum === null) return undefined
  const [step, run, algorithm] = ["step", "run", "algorithm"].map((name): unknown => Reflect.get(datum, name))
  if (typeof step === "number") return typeof run === "number" ? { cell: step, repeat: run } : { cell: step }
  if (typeof algorithm !== "string") return undefined
  return typeof run === "number" ? { algorithm, repeat: run } : { algorithm }
}
