/** Figures that a paper published, to compare with those of the experiment: `published: { source, of, tolerance, values }`. */
/** The values of one figure from one source. */
export interface PublishedSeries {
  /** Authors, year, and the section or figure. */
  readonly source: string
  /** The metric, by its name in charts. */
  readonly of: string
  /** For distributions: the share that had ended by the published time, 0..1. */
  readonly share?: number
  /** The label of the variant that the figure is about; absent: all variants. */
  readonly by?: string
  /** The largest distance that counts as agreement, as a share of the published value. */
  readonly tolerance: number
  readonly values: readonly PublishedValue[]
}

export interface PublishedValue {
  /** The point of the sweep: by dimension, the label as printed in ids and tables. */
  readonly at: Readonly<Record<string, string>>
  /** In the metric's own unit: milliseconds, or 0..1 for a share. */
  readonly value: number
}

/** The distributions that have quantiles to compare: times to recover, and latencies. */
export const DISTRIBUTIONS = ["recovery", "latency"] as const
export type Distribution = (typeof DISTRIBUTIONS)[number]

/** A share of a distribution, e.g. half of the times to recover. */
export interface DistributionShare {
  readonly of: Distribution
  readonly share: number
}

/** The time in milliseconds by which that share had ended; null if fewer ended. */
export interface Quantile extends DistributionShare {
  readonly ms: number | null
}

/** The shares of distributions for which something is published, each once. */
export function sharesIn(published: readonly PublishedSeries[]): readonly DistributionShare[] {
  const found = published.flatMap(({ of, share }) => {
    const distribution = DISTRIBUTIONS.find(each => each === of)
    return distribution === undefined || share === undefined ? [] : [{ of: distribution, share }]
  })
  return found.filter(
    ({ of, share }, place) => found.findIndex(other => other.of === of && other.share === share) === place,
  )
}
