/** Channels that distinguish the variants of an experiment, and theory: the same in all charts. */
import type { Registry, Variant } from "../../scenarios/cell.ts"
import { type Look, looksOf } from "./palette.ts"

const NOMINAL = "nominal" as const

/** The beginning of the note on theory, in charts that draw it. */
export const THEORY_NOTE = "Dashed grey, theory"

/** The legend's word for the dashed grey lines, their grey, and their strokes there. */
export const THEORY = "Theory"
const DASHES = "M-1.5-.17h1.15v.34h-1.15z M.35-.17h1.15v.34h-1.15z"
export const THEORY_GREY = "#333"

/**
 * Channels that distinguish the variants of an experiment.
 *
 * @param hasTheory true if the legend has a line for theory
 * @param isForPrint true if each variant has its own dashes, which the legend shows
 * @param isOfLines true if there are only lines, no shapes
 */
export function encodings(
  variants: readonly Variant[],
  { algorithms }: Registry,
  { hasTheory = false, isForPrint = false, isOfLines = false }: EncodingOptions = {},
) {
  const looks = looksOf(variants, algorithms, isForPrint)
  const domain = variants.map(({ label }) => label)
  const named = hasTheory ? [...domain, THEORY] : domain
  const [colours, shapes] = [looks.map(({ colour }) => colour), looks.map(({ shape }) => shape)]
  return {
    color: {
      field: "algorithm",
      type: NOMINAL,
      scale: { domain: named, range: hasTheory ? [...colours, THEORY_GREY] : colours },
      ...(isForPrint && isOfLines ? { legend: STROKES } : {}),
    },
    shape: {
      field: "algorithm",
      type: NOMINAL,
      scale: { domain: named, range: hasTheory ? [...shapes, DASHES] : shapes },
    },
    // A condition, not a scale: the legend shows colour and shape, its symbols are too short for patterns.
    dash: isForPrint
      ? dashScale(named, looks, isOfLines ? THEORY_DASH : SOLID)
      : {
          condition: domain.flatMap((name, index) =>
            looks[index]!.dash.length === 0 ? [] : [{ test: isNamed(name), value: [...looks[index]!.dash] }],
          ),
          value: [1, 0],
        },
  }
}

export interface EncodingOptions {
  readonly hasTheory?: boolean
  readonly isForPrint?: boolean
  readonly isOfLines?: boolean
}

/** Legend symbols that are long enough to show dashes. */
const STROKES = { symbolType: "stroke", symbolSize: 500, symbolStrokeWidth: 1.8 } as const

const SOLID: readonly number[] = [1, 0]

/** The dashes of theory. */
export const THEORY_DASH: readonly number[] = [5, 4]

/** The dashes in the legend. @param ofTheory solid if theory has its own symbol there */
function dashScale(domain: readonly string[], looks: readonly Look[], ofTheory: readonly number[]) {
  const range = domain.map((_, index) => looks[index]?.dash ?? ofTheory)
  return {
    field: "algorithm",
    type: NOMINAL,
    scale: { domain: [...domain], range: range.map(dash => [...(dash.length === 0 ? SOLID : dash)]) },
  }
}

/** A Vega expression that is true for the marks of a variant. */
export function isNamed(name: string): string {
  return `datum.algorithm === ${JSON.stringify(name)}`
}
