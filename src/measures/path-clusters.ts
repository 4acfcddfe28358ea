import type { TrackPath } from './path.ts'

export const clusterDefaults = {
  /** Heights of the frame that a path may lie from a cluster's middle, on average. Raise it for fewer, wider clusters. */
  within: 0.1,
  /** Shorter paths belong to nobody: heights of the frame from one end to the other along the way. */
  minLength: 0.1,
  /** A path beyond the last cluster joins the nearest. */
  maxClusters: 64
} as const

/** Points at which paths are compared, evenly along the way. */
const samples = 12

/** Paths that go the same way. */
export interface PathCluster {
  readonly count: number
  /** `x, y` flat, normalised: the mean of its paths at twelve places along the way. */
  readonly middle: Float64Array
}

/**
 * Groups paths by the way they go, direction included, in one pass: QuickBundles (Garyfallidis and others, 2012) with
 * the mean distance of equally spaced points. Each path joins the cluster whose middle is nearest, if that is near
 * enough, and begins one otherwise. Pure; memory is that of the clusters. Rules R4…R6 of docs/spec/measures.md.
 */
export class PathClusters {
  readonly #aspect: number
  readonly #within: number
  readonly #minLength: number
  readonly #maxClusters: number
  /** Sums of the members' points, in heights of the frame. */
  readonly #clusters: { count: number; readonly sums: Float64Array }[] = []

  /** `aspect`: the frame's width by its height. */
  constructor(aspect: number, options: Partial<Record<keyof typeof clusterDefaults, number>> = {}) {
    const { within, minLength, maxClusters } = { ...clusterDefaults, ...options }
    this.#aspect = aspect
    this.#within = within
    this.#minLength = minLength
    this.#maxClusters = maxClusters
  }

  add({ points }: Pick<TrackPath, 'points'>): void {
    const path = resampled(points, this.#aspect, this.#minLength)
    if (!path) return
    let nearest: { count: number; readonly sums: Float64Array } | undefined
    let least = Number.POSITIVE_INFINITY
    for (const cluster of this.#clusters) {
      const distance = meanDistance(path, cluster)
      if (distance >= least) continue
      nearest = cluster
      least = distance
    }
    if (nearest && (least <= this.#within || this.#clusters.length >= this.#maxClusters)) {
      nearest.count++
      for (const [at, value] of path.entries()) nearest.sums[at]! += value
    } else this.#clusters.push({ count: 1, sums: path })
  }

  /** The largest first. */
  clusters(): PathCluster[] {
    return this.#clusters
      .map(({ count, sums }) => {
        return { count, middle: sums.map((sum, at) => sum / count / (at % 2 === 0 ? this.#aspect : 1)) }
      })
      .sort((a, b) => b.count - a.count)
  }
}

function meanDistance(path: Float64Array, { count, sums }: { count: number; sums: Float64Array }): number {
  let total = 0
  for (let at = 0; at < path.length; at += 2) {
    total += Math.hypot(path[at]! - sums[at]! / count, path[at + 1]! - sums[at + 1]! / count)
  }
  return total / samples
}

/** Evenly spaced points along the way, in heights of the frame; undefined for a way shorter than `minLength`. */
function resampled(points: Float64Array, aspect: number, minLength: number): Float64Array | undefined {
  const lengths = [0]
  for (let at = 2; at < points.length; at += 2) {
    const step = Math.hypot((points[at]! - points[at - 2]!) * aspect, points[at + 1]! - points[at - 1]!)
    lengths.push(lengths.at(-1)! + step)
  }
  const whole = lengths.at(-1)!
  if (!(whole >= minLength) || whole === 0) return undefined
  const path = new Float64Array(samples * 2)
  let piece = 1
  for (let sample = 0; sample < samples; sample++) {
    const along = (whole * sample) / (samples - 1)
    while (piece < lengths.length - 1 && lengths[piece]! < along) piece++
    const step = lengths[piece]! - lengths[piece - 1]!
    const part = step === 0 ? 0 : Math.min(1, (along - lengths[piece - 1]!) / step)
    for (const axis of [0, 1]) {
      const from = points[(piece - 1) * 2 + axis]!
      path[sample * 2 + axis] = (from + part * (points[piece * 2 + axis]! - from)) * (axis === 0 ? aspect : 1)
    }
  }
  return path
}
