/** Colours and shapes of algorithms: the same in all charts of an experiment, and told apart by the colour-blind too. */

/** Okabe and Ito's colours (Color Universal Design, 2008) without black and yellow, darkest first. */
const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"] as const
const SHAPES = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross"] as const

/** The colour of an experiment's k-th algorithm, k from 0. */
export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length]!
}

/** Its shape; past the last colour, colours come again with other shapes. */
export function shapeOf(index: number): string {
  return SHAPES[(index + Math.floor(index / COLOURS.length)) % SHAPES.length]!
}
