/** Charts by keyboard: arrow keys move between points, Enter shows a point's runs. */
import type { Tip } from "./tip.ts"
import type { Zoom } from "./zoom.ts"

/** The data that Vega attaches to an element. */
interface Drawn {
  readonly datum?: unknown
  readonly tooltip?: unknown
}

export function walkPoints(place: HTMLElement, tip: Tip, select: (datum: unknown) => void, zoom: Zoom): void {
  let current: Element | undefined
  const mark = (point: Element | undefined): void => {
    current?.classList.remove("current")
    current = point
    if (point === undefined) return tip.hide()
    point.classList.add("current")
    const { left, bottom } = point.getBoundingClientRect()
    tip.show(left, bottom, drawnAt(point)?.tooltip)
  }
  place.addEventListener("blur", () => mark(undefined))
  place.addEventListener("keydown", event => {
    const points = pointsIn(place)
    const at = current === undefined ? -1 : points.indexOf(current)
    const step = STEPS[event.key]
    if (step !== undefined && points.length > 0) {
      mark(points[at < 0 ? 0 : (at + step + points.length) % points.length])
    } else if (event.key === "Enter" && current !== undefined) select(drawnAt(current)?.datum)
    else if (event.key === "Escape") mark(undefined)
    else if (!zoom.byKey(event.key)) return
    event.preventDefault()
  })
}

const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }

/** Everything with a tooltip: algorithm by algorithm, each along the axis. */
function pointsIn(place: HTMLElement): readonly Element[] {
  const points = [...place.querySelectorAll("svg .mark-symbol path, svg .mark-rect path, svg .mark-line path")]
  const told = points.filter(point => drawnAt(point)?.tooltip !== undefined)
  const groups = Map.groupBy(told, point => algorithmOf(drawnAt(point)?.datum))
  return [...groups.values()].flat()
}

function algorithmOf(datum: unknown): unknown {
  return typeof datum === "object" && datum !== null ? Reflect.get(datum, "algorithm") : undefined
}

function drawnAt(point: Element): Drawn | undefined {
  const data: unknown = Reflect.get(point, "__data__")
  return typeof data === "object" && data !== null ? data : undefined
}
