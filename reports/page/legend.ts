/** The legend of a report: a button for each algorithm, which hides and shows it everywhere on the page. */
import type { ComponentChildren, VNode } from "preact"
import type { Look } from "../charts/palette.ts"
import { html } from "./html.ts"

export interface LegendProps {
  readonly algorithms: readonly { readonly label: string; readonly look: Look }[]
  /** The words for the dashed line of theory; null if no chart has one. */
  readonly theory: string | null
  readonly hidden: ReadonlySet<string>
  readonly toggle: (algorithm: string) => void
}

/** The keys of the legend: rendered into the report, and hydrated by the page. */
export function Legend({ algorithms, theory, hidden, toggle }: LegendProps): ComponentChildren {
  const keys = algorithms.map(
    ({ label, look }) =>
      html`<button type="button" class="key" aria-pressed=${String(!hidden.has(label))} onClick=${() => toggle(label)}>
        ${swatch(look)}${label}
      </button>`,
  )
  return theory === null ? keys : [...keys, html`<span class="key">${THEORY_LINE}${theory}</span>`]
}

const SHAPES: Readonly<Record<string, string>> = {
  square: "M-4-4H4V4H-4Z",
  "triangle-up": "M0-5 5 4H-5Z",
  "triangle-down": "M0 5 5-4H-5Z",
  diamond: "M0-5 5 0 0 5-5 0Z",
  cross: "M-2-5H2V-2H5V2H2V5H-2V2H-5V-2H-2Z",
}

/** Dashed, as theory is drawn, and without a shape, since it is not measured. */
const THEORY_LINE = html`<svg width="26" height="12" viewBox="-13 -6 26 12" aria-hidden="true">
  <path d="M-13 0H13" stroke="currentColor" stroke-width="1.5" stroke-dasharray="5 4" />
</svg>`

/** The line and the shape of an algorithm in the charts. */
function swatch({ colour, shape, dash }: Look): VNode {
  const mark =
    SHAPES[shape] === undefined
      ? html`<circle r="4.5" fill=${colour} />`
      : html`<path d=${SHAPES[shape]} fill=${colour} />`
  return html`<svg width="26" height="12" viewBox="-13 -6 26 12" aria-hidden="true">
    <path d="M-13 0H13" stroke=${colour} stroke-width="2" stroke-dasharray=${dash.join(" ")} />${mark}
  </svg>`
}
