/** Colours of the diagram, light and dark. Hues are told apart by the colour-blind too (Okabe and Ito, 2008). */

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

/** The fill of a band: the hue says the epoch, the strength the rank. */
export function bandFill(theme: Theme, epoch: number | null, rank: number): string {
  const alpha = [0.2, 0.5, 1][rank] ?? 0.2
  if (epoch === null) return theme.isDark ? `rgba(140, 152, 165, ${alpha})` : `rgba(110, 122, 135, ${alpha})`
  const hue = theme.epochs[epoch % theme.epochs.length]!
  return `hsla(${hue}, ${theme.isDark ? "62%, 62%" : "68%, 45%"}, ${alpha})`
}

/** The colour of text on a band. */
export function bandInk(theme: Theme, rank: number): string {
  return rank === 2 ? (theme.isDark ? "#0d1117" : "#ffffff") : theme.ink
}

export function messageColour(theme: Theme, type: number): string {
  return theme.messages[type % theme.messages.length]!
}
