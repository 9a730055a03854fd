/** Zooming: into a dragged rectangle, by buttons, by keys, and by the wheel with Ctrl held. */
import type * as Vega from "vega"

type Axis = "x" | "y"
type Domain = readonly [number, number]

/** A shorter drag is a click; in pixels. */
const SHORTEST = 6

export class Zoom {
  /** True if the last press of the button was a drag. */
  wasDragged = false
  readonly #view: Vega.View
  readonly #place: HTMLElement
  readonly #axes: readonly Axis[]
  readonly #whole = new Map<Axis, Domain>()

  constructor(view: Vega.View, place: HTMLElement) {
    this.#view = view
    this.#place = place
    this.#axes = (["x", "y"] as const).filter(axis => isContinuous(view, axis))
    for (const axis of this.#axes) this.#whole.set(axis, this.#domain(axis))
    place.addEventListener("dblclick", () => this.reset())
    place.addEventListener("pointerdown", event => this.#drag(event))
    place.addEventListener(
      "wheel",
      event => {
        if (!event.ctrlKey && !event.metaKey) return
        event.preventDefault()
        this.#by(event.deltaY < 0 ? 0.8 : 1.25)
      },
      { passive: false },
    )
  }

  bindButtons(figure: HTMLElement): void {
    const tools = figure.querySelector<HTMLElement>(".tools")
    if (tools === null || this.#axes.length === 0) return
    tools.hidden = false
    const acts: Readonly<Record<string, () => void>> = {
      in: () => this.#by(0.6),
      out: () => this.#by(1 / 0.6),
      all: () => this.reset(),
    }
    for (const button of tools.querySelectorAll<HTMLElement>("[data-zoom]")) {
      button.addEventListener("click", acts[button.dataset["zoom"] ?? ""] ?? (() => {}))
    }
  }

  /** @returns whether the key was handled */
  byKey(key: string): boolean {
    if (key === "+" || key === "=") this.#by(0.6)
    else if (key === "-") this.#by(1 / 0.6)
    else if (key === "0") this.reset()
    else return false
    return true
  }

  reset(): void {
    for (const axis of this.#axes) this.#view.signal(`zoom_${axis}`, null)
    void this.#view.runAsync()
  }

  /**
   * Shows `factor` of the current range, and never more than all. The mark nearest to the middle stays in place, so
   * that something is visible however far one zooms in.
   */
  #by(factor: number): void {
    const around = this.#nearestToMiddle()
    for (const axis of this.#axes) {
      const [low, high] = this.#pixels(axis)
      const fixed = around === undefined ? (low + high) / 2 : around[axis]
      const [from, to] = [low, high].map(end => this.#value(axis, fixed + (end - fixed) * factor))
      this.#show(axis, [from!, to!])
    }
    void this.#view.runAsync()
  }

  /** The mark drawn within the plot that is nearest to its middle, in pixels. */
  #nearestToMiddle(): Place | undefined {
    const [across, along] = (["x", "y"] as const).map(axis => sizeOf(this.#view, axis))
    const inside = placesIn(this.#view.scenegraph()).filter(
      ({ x, y }) => x >= 0 && x <= across! && y >= 0 && y <= along!,
    )
    const distance = ({ x, y }: Place): number => Math.hypot(x / across! - 0.5, y / along! - 0.5)
    return inside.reduce<Place | undefined>(
      (nearest, place) => (nearest === undefined || distance(place) < distance(nearest) ? place : nearest),
      undefined,
    )
  }

  #show(axis: Axis, [from, to]: Domain): void {
    const [least, most] = this.#whole.get(axis)!
    const domain: Domain = [Math.max(least, Math.min(from, to)), Math.min(most, Math.max(from, to))]
    const isAll = domain[0] <= least && domain[1] >= most
    if (domain[1] > domain[0]) this.#view.signal(`zoom_${axis}`, isAll ? null : domain)
  }

  /** Drags a rectangle over the plot, and zooms into it. */
  #drag(down: PointerEvent): void {
    this.wasDragged = false
    const plot = plotAt(this.#place, down)
    if (down.button !== 0 || plot === undefined || this.#axes.length === 0) return
    const box = document.createElement("div")
    box.className = "zoom-box"
    const move = (event: PointerEvent): void => {
      if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) >= SHORTEST) this.wasDragged = true
      if (!this.wasDragged) return
      if (!box.isConnected) document.body.append(box)
      const [left, right] = sorted(down.clientX, event.clientX, plot.left, plot.right)
      const [top, bottom] = sorted(down.clientY, event.clientY, plot.top, plot.bottom)
      Object.assign(box.style, {
        left: `${left}px`,
        top: `${top}px`,
        width: `${right - left}px`,
        height: `${bottom - top}px`,
      })
    }
    const up = (event: PointerEvent): void => {
      removeEventListener("pointermove", move)
      removeEventListener("pointerup", up)
      box.remove()
      if (!this.wasDragged || event.type !== "pointerup") return
      const across = sorted(down.clientX, event.clientX, plot.left, plot.right)
      const along = sorted(down.clientY, event.clientY, plot.top, plot.bottom)
      this.#into("x", across[0] - plot.left, across[1] - plot.left)
      this.#into("y", along[0] - plot.top, along[1] - plot.top)
      void this.#view.runAsync()
    }
    addEventListener("pointermove", move)
    addEventListener("pointerup", up)
  }

  #into(axis: Axis, from: number, to: number): void {
    if (!this.#axes.includes(axis) || to - from < SHORTEST) return
    this.#show(axis, [this.#value(axis, from), this.#value(axis, to)])
  }

  #domain(axis: Axis): Domain {
    const [low, high] = this.#pixels(axis)
    return sorted(this.#value(axis, low), this.#value(axis, high), -Infinity, Infinity)
  }

  #pixels(axis: Axis): Domain {
    const [from, to]: readonly number[] = scaleOf(this.#view, axis).range()
    return sorted(from ?? 0, to ?? 0, -Infinity, Infinity)
  }

  #value(axis: Axis, pixel: number): number {
    return scaleOf(this.#view, axis).invert(pixel)
  }
}

/** A position in a plot, in pixels from its upper left corner. */
interface Place {
  readonly x: number
  readonly y: number
}

/** Marks whose positions are those of data; of areas and bars, the edge is. */
const OF_DATA = new Set(["symbol", "line", "rect"])

/** Positions of data, in the coordinates of their plot: all plots of a chart have the same scales. */
function placesIn(scene: unknown): readonly Place[] {
  if (typeof scene !== "object" || scene === null) return []
  const [root, type, role, items] = ["root", "marktype", "role", "items"].map(name => partOf(scene, name))
  if (root !== undefined) return placesIn(root)
  if (role === "legend" || role === "axis" || role === "title" || !Array.isArray(items)) return []
  if (typeof type !== "string" || type === "group") return items.flatMap(placesIn)
  if (!OF_DATA.has(type) || role !== "mark") return []
  return items.flatMap((item: unknown): readonly Place[] => {
    const [x, y] = ["x", "y"].map(name => (typeof item === "object" && item !== null ? partOf(item, name) : undefined))
    return typeof x === "number" && typeof y === "number" ? [{ x, y }] : []
  })
}

function partOf(whole: object, name: string): unknown {
  return Reflect.get(whole, name)
}

/** Pixels of a plot; any value for a side without numbers. */
function sizeOf(view: Vega.View, axis: Axis): number {
  try {
    const [from, to]: readonly number[] = scaleOf(view, axis).range()
    return Math.abs((to ?? 0) - (from ?? 0)) || 1
  } catch {
    return 1
  }
}

interface Scale {
  readonly type: string
  range(): readonly number[]
  invert(pixel: number): number
}

function scaleOf(view: Vega.View, axis: Axis): Scale {
  const scale: Scale = view.scale(axis)
  return scale
}

/** True if the chart has a numeric axis, of which it can show a part. */
function isContinuous(view: Vega.View, axis: Axis): boolean {
  try {
    return ["linear", "log"].includes(scaleOf(view, axis).type)
  } catch {
    return false
  }
}

/** The plot at the pointer; a chart may have several. */
function plotAt(place: HTMLElement, { clientX, clientY }: PointerEvent): DOMRect | undefined {
  return [...place.querySelectorAll("path.background")]
    .map(path => path.getBoundingClientRect())
    .filter(
      ({ left, right, top, bottom }) => clientX >= left && clientX <= right && clientY >= top && clientY <= bottom,
    )
    .toSorted((a, b) => a.width * a.height - b.width * b.height)
    .find(({ width, height }) => width > 0 && height > 0)
}

function sorted(a: number, b: number, least: number, most: number): readonly [number, number] {
  const within = (value: number): number => Math.max(least, Math.min(most, value))
  return a < b ? [within(a), within(b)] : [within(b), within(a)]
}
