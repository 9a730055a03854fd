/** Channels that tell the variants of an experiment apart, and theory from them: the same in all charts. */
import type { Registry, Variant } from "../../scenarios/cell.ts"
import { type Look, looksOf } from "./palette.ts"

const NOMINAL = "nominal" as const

/** Begins the note on theory, where some is drawn. */
export const THEORY_NOTE = "Dashed grey, theory"

/** The word of the legend for the dashed grey lines, their grey, and their strokes there. */
export const THEORY = "Theory"
const DASHES = "M-1.5-.17h1.15v.34h-1.15z M.35-.17h1.15v.34h-1.15z"
export const THEORY_GREY = "#333"

/**
 * Channels that tell the variants of an experiment apart.
 *
 * @param hasTheory whether the legend has a line for theory
 * @param isForPrint whether each has dashes of its own, which the legend shows
 * @param isOfLines whether it shows nothing else, there being no shapes
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

/** Signs in a legend that are long enough for their dashes. */
const STROKES = { symbolType: "stroke", symbolSize: 500, symbolStrokeWidth: 1.8 } as const

const SOLID: readonly number[] = [1, 0]

/** The dashes of theory. */
export const THEORY_DASH: readonly number[] = [5, 4]

/** Dashes that the legend shows. @param ofTheory solid where theory has a sign of its own there */
function dashScale(domain: readonly string[], looks: readonly Look[], ofTheory: readonly number[]) {
  const range = domain.map((_, index) => looks[index]?.dash ?? ofTheory)
  return {
    field: "algorithm",
    type: NOMINAL,
    scale: { domain: [...domain], range: range.map(dash => [...(dash.length === 0 ? SOLID : dash)]) },
  }
}

/** True of the marks of a variant: a test in an expression of Vega. */
export function isNamed(name: string): string {
  return `datum.algorithm === ${JSON.stringify(name)}`
}
