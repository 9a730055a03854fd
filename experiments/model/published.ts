/** Figures that a paper published, to stand beside the experiment's own: `published: { source, of, tolerance, values }`. */
/** Values of one figure in one source. */
export interface PublishedSeries {
  /** Authors, year, and the section or figure. */
  readonly source: string
  /** The metric, by the name that charts give it. */
  readonly of: string
  /** Of distributions: the share that had ended by then, 0..1. */
  readonly share?: number
  /** The label of the variant that it is of; all, if absent. */
  readonly by?: string
  /** The largest distance that counts as agreement, as a share of the published value. */
  readonly tolerance: number
  readonly values: readonly PublishedValue[]
}

export interface PublishedValue {
  /** Its place in the sweep: labels as ids and tables write them, by the dimension's name. */
  readonly at: Readonly<Record<string, string>>
  /** In the metric's own unit: milliseconds, or 0..1 of a share. */
  readonly value: number
}

/** The distributions of which shares can be asked for: times to recover, and latencies. */
export const DISTRIBUTIONS = ["recovery", "latency"] as const
export type Distribution = (typeof DISTRIBUTIONS)[number]

/** A share of a distribution: half of the times to recover. */
export interface DistributionShare {
  readonly of: Distribution
  readonly share: number
}

/** The time in milliseconds by which a share had ended; null if fewer have. */
export interface Quantile extends DistributionShare {
  readonly ms: number | null
}

/** The shares of distributions of which something is published, each once. */
export function sharesIn(published: readonly PublishedSeries[]): readonly DistributionShare[] {
  const found = published.flatMap(({ of, share }) => {
    const distribution = DISTRIBUTIONS.find(each => each === of)
    return distribution === undefined || share === undefined ? [] : [{ of: distribution, share }]
  })
  return found.filter(
    ({ of, share }, place) => found.findIndex(other => other.of === of && other.share === share) === place,
  )
}
