/** Colours of the diagram, light and dark. Hues that the colour-blind can distinguish too (Okabe and Ito, 2008). */

export interface Theme {
  readonly isDark: boolean
  readonly paper: string
  readonly ink: string
  readonly soft: string
  readonly faint: string
  readonly line: string
  readonly wash: string
  readonly cursor: string
  readonly bad: string
  readonly good: string
  readonly fault: string
  /** Of message types, in order. */
  readonly messages: readonly string[]
  /** Hues (degrees) of terms and ballots, in order. */
  readonly epochs: readonly number[]
}

const EPOCHS = [210, 28, 160, 325, 48, 265, 190, 0]

export const LIGHT: Theme = {
  isDark: false,
  paper: "#ffffff",
  ink: "#1b1f24",
  soft: "#57606a",
  faint: "#8c959f",
  line: "#d0d7de",
  wash: "#f6f8fa",
  cursor: "#0550ae",
  bad: "#c0261c",
  good: "#1a7f37",
  fault: "#9a3412",
  messages: ["#0072B2", "#D55E00", "#00805f", "#a8457f", "#8a6100", "#3a8fc4", "#6639ba", "#57606a"],
  epochs: EPOCHS,
}

export const DARK: Theme = {
  isDark: true,
  paper: "#12161c",
  ink: "#e6edf3",
  soft: "#9aa4af",
  faint: "#6e7681",
  line: "#343b44",
  wash: "#1a2029",
  cursor: "#79b8ff",
  bad: "#ff8f85",
  good: "#56d364",
  fault: "#ffa657",
  messages: ["#58a6e0", "#ff9a52", "#3ec79b", "#e79ac5", "#e8b64c", "#7cc7ee", "#b493f5", "#9aa4af"],
  epochs: EPOCHS,
}

/** Red, green and blue, 0..255. */
type Colour = readonly [number, number, number]

/** The opacity of a band of each rank. */
const STRENGTHS = [0.2, 0.5, 1]

/** The fill of a band: the hue shows the epoch, the opacity the rank. */
export function bandFill(theme: Theme, epoch: number | null, rank: number): string {
  const [red, green, blue] = bandColour(theme, epoch)
  return `rgba(${red}, ${green}, ${blue}, ${STRENGTHS[rank] ?? 0.2})`
}

/** The colour of text on a band: black or white, whichever is easier to read. */
export function bandInk(theme: Theme, epoch: number | null, rank: number): string {
  const strength = STRENGTHS[rank] ?? 0.2
  const paper: Colour = theme.isDark ? [18, 22, 28] : [255, 255, 255]
  const [red, green, blue] = bandColour(theme, epoch).map(
    (part, place) => part * strength + paper[place]! * (1 - strength),
  )
  const light = luminance([red!, green!, blue!])
  return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000000" : "#ffffff"
}

function bandColour({ isDark, epochs }: Theme, epoch: number | null): Colour {
  if (epoch === null) return isDark ? [140, 152, 165] : [96, 106, 118]
  const hue = epochs[epoch % epochs.length]!
  return isDark ? fromHue(hue, 0.62, 0.62) : fromHue(hue, 0.68, 0.45)
}

/** A colour by hue (degrees), saturation and lightness (0..1), as CSS Color 4 computes it. */
function fromHue(hue: number, saturation: number, lightness: number): Colour {
  const reach = saturation * Math.min(lightness, 1 - lightness)
  const part = (offset: number): number => {
    const place = (offset + hue / 30) % 12
    return Math.round(255 * (lightness - reach * Math.max(-1, Math.min(place - 3, 9 - place, 1))))
  }
  return [part(0), part(8), part(4)]
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map(part => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

export function messageColour(theme: Theme, type: number): string {
  return theme.messages[type % theme.messages.length]!
}
