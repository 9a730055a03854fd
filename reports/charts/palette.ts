/**
 * The looks of algorithms: one colour each, the same in all charts of all experiments, and distinguishable by the colour-blind.
 * Several uses of one algorithm share its hue and differ in shade, dash and shape.
 */
import type { Registry, Variant } from "../../scenarios/cell.ts"
import { own } from "../../runtime/lib/own.ts"

export interface Look {
  readonly colour: string
  /** Lengths of strokes and gaps in pixels; solid if there are none. */
  readonly dash: readonly number[]
  readonly shape: string
}

/**
 * Okabe and Ito's colours (Color Universal Design, 2008) without black and yellow, and two more that are distinct from them.
 * Algorithms that declare a colour always have it; all others take the free ones.
 */
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#7F7F7F"] as const
const SHAPES = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"] as const
const DASHES: readonly (readonly number[])[] = [[], [9, 3], [2, 2], [9, 3, 2, 3]]

/**
 * The looks of an experiment's variants, in their order.
 *
 * @param isForPrint true if each has its own dashes, so that lines are distinguishable without colour
 */
export function looksOf(
  variants: readonly Pick<Variant, "algorithm">[],
  algorithms: Registry["algorithms"],
  isForPrint = false,
): readonly Look[] {
  const names = [...new Set(variants.map(({ algorithm }) => algorithm))]
  const colours = coloursOf(names, name => own(algorithms, name)?.colour)
  return variants.map(({ algorithm }, index) => {
    const use = variants.slice(0, index).filter(other => other.algorithm === algorithm).length
    return {
      colour: shade(colours.get(algorithm)!, use),
      dash: DASHES[(isForPrint ? index : use) % DASHES.length]!,
      shape: SHAPES[index % SHAPES.length]!,
    }
  })
}

function coloursOf(names: readonly string[], ownOf: (name: string) => string | undefined): ReadonlyMap<string, string> {
  const taken = names.flatMap(name => ownOf(name) ?? [])
  const free = COLOURS.toReversed().filter(colour => !taken.includes(colour))
  const others = names.filter(name => ownOf(name) === undefined)
  return new Map(
    names.map(name => [
      name,
      ownOf(name) ?? [...free, ...COLOURS][others.indexOf(name) % (free.length + COLOURS.length)]!,
    ]),
  )
}

/** Darker with the second use, lighter with the third, and so on. */
function shade(colour: string, use: number): string {
  if (use === 0) return colour
  return mixed(colour, use % 2 === 1 ? "#000000" : "#FFFFFF", Math.min(0.75, 0.35 + 0.15 * Math.floor((use - 1) / 2)))
}

/** Colours that differ in lightness, neighbours by half the range; from cividis, whose order survives in greyscale. */
export function lightnesses(count: number): readonly string[] {
  const half = Math.ceil(count / 2)
  return Array.from({ length: count }, (_, index) => {
    const place = index % 2 === 0 ? index / 2 : half + (index - 1) / 2
    const share = count === 1 ? 0 : place / (count - 1)
    const at = share * (CIVIDIS.length - 1)
    const [from, to] = [CIVIDIS[Math.floor(at)]!, CIVIDIS[Math.ceil(at)]!]
    return mixed(from, to, at - Math.floor(at))
  })
}

/** Stops of the colour map cividis (Nuñez, Anderton and Renslow 2018). */
const CIVIDIS = ["#00224E", "#3A4A6B", "#7C7B78", "#BCAE6C", "#FEE838"] as const

function mixed(from: string, to: string, share: number): string {
  const parts = [1, 3, 5].map(place => {
    const [a, b] = [from, to].map(colour => Number.parseInt(colour.slice(place, place + 2), 16))
    return Math.round(a! + (b! - a!) * share)
  })
  return `#${parts.map(part => part.toString(16).padStart(2, "0").toUpperCase()).join("")}`
}

/** Colours for other things than algorithms, such as types of messages: Paul Tol's light scheme (2021), and darker ones. */
export const NEUTRAL_COLOURS = [
  "#77AADD",
  "#EE8866",
  "#44BB99",
  "#EEDD88",
  "#FFAABB",
  "#BBCC33",
  "#99DDFF",
  "#AAAA00",
  "#DDDDDD",
  "#332288",
  "#882255",
  "#117733",
] as const
