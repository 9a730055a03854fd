/** The document that a playground page opens, embedded in it as JSON. */
export interface PlayDocument {
  /** The name of an algorithm. */
  readonly algorithm?: string
  /** Or a scenario, as in a scenario file. */
  readonly scenario?: object
}
