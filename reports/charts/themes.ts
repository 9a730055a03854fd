/** Themes of charts: paper, slides and web differ in the size of text and picture, and in the included parts. */

/** Points per centimetre. */
export const POINTS = 72 / 2.54

export interface Theme {
  /** Size of axis labels and legends in print, in points. */
  readonly text: number
  /** Default width of the picture, in centimetres. */
  readonly width: number
  readonly hasWords: boolean
  /** True if lines differ in their dashes, too, and bars in lightness: distinguishable without colour. */
  readonly isForPrint: boolean
}

export const THEMES = {
  paper: { text: 7, width: 8.5, hasWords: false, isForPrint: true },
  slides: { text: 14, width: 24, hasWords: false, isForPrint: false },
  web: { text: 8.25, width: 17, hasWords: true, isForPrint: false },
} as const satisfies Readonly<Record<string, Theme>>
