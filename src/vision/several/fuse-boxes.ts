import { DetectionColumns } from '../../core/columns.ts'
import { overlap } from '../non-maximum-suppression.ts'

/** What one of several models found on a frame. */
export interface ModelBoxes {
  readonly found: DetectionColumns
  /** How much its say counts beside the others'. */
  readonly weight: number
}

/** The models that tell a class apart. */
export interface Jury {
  readonly models: number
  /** Sum of their weights. */
  readonly weight: number
}

type Box = readonly [x: number, y: number, w: number, h: number]

/** Boxes that are taken for one object, as sums: of their scores by weight, and of their numbers by those. */
interface Cluster {
  readonly classId: number
  score: number
  x: number
  y: number
  w: number
  h: number
  count: number
  /** Where its surest box came from. */
  readonly model: number
  readonly row: number
}

/**
 * Weighted boxes fusion (Solovyev, Wang and Gabruseva 2021, "Weighted boxes fusion: Ensembling boxes from different object detection
 * models", Image and Vision Computing 107, arXiv:1910.13302, section 3): boxes of one class that overlap by more than `iou` become
 * their mean by score, and what few models have seen is less sure. A box goes to the cluster whose mean it fits best.
 *
 * Where not every model knows a class, its jury is those that do: the paper has models of the same classes alone.
 *
 * @param juryOf the models that know a class id
 * @returns best first; landmarks are those of a cluster's surest box
 */
export function fuseBoxes(
  models: readonly ModelBoxes[],
  iou: number,
  juryOf: (classId: number) => Jury
): DetectionColumns {
  const clusters: Cluster[] = []
  /** Of the clusters, and behind them the box that looks for its own. */
  const means = new DetectionColumns()
  for (const { model, row, score } of byScore(models)) {
    const { boxes, classIds } = models[model]!.found
    const classId = classIds[row]!
    const box = boxAt(boxes, row)
    const candidate = means.push(...box, score, classId)
    const at = bestFit(means, clusters, candidate, iou)
    if (at !== undefined) means.count--
    else clusters.push({ classId, score: 0, x: 0, y: 0, w: 0, h: 0, count: 0, model, row })
    const cluster = clusters[at ?? candidate]!
    add(cluster, box, score)
    means.boxes.set(
      [cluster.x, cluster.y, cluster.w, cluster.h].map(sum => sum / cluster.score),
      (at ?? candidate) * 4
    )
  }
  return fused(models, clusters, means, juryOf)
}

/** Means of corners and means of sides are the same. */
function add(cluster: Cluster, [x, y, w, h]: Box, score: number): void {
  cluster.score += score
  cluster.x += x * score
  cluster.y += y * score
  cluster.w += w * score
  cluster.h += h * score
  cluster.count++
}

/** Every box with its score by its model's weight, the surest first. One without any has no say. */
function byScore(models: readonly ModelBoxes[]): { model: number; row: number; score: number }[] {
  return models
    .flatMap(({ found, weight }, model) =>
      Array.from({ length: found.count }, (_, row) => ({ model, row, score: found.scores[row]! * weight }))
    )
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.model - b.model || a.row - b.row)
}

function bestFit(
  means: DetectionColumns,
  clusters: readonly Cluster[],
  candidate: number,
  iou: number
): number | undefined {
  let best: number | undefined
  let most = iou
  for (const [at, { classId }] of clusters.entries()) {
    if (classId !== means.classIds[candidate]) continue
    const shared = overlap(means.boxes, at * 4, candidate * 4)
    if (shared <= most) continue
    most = shared
    best = at
  }
  return best
}

function fused(
  models: readonly ModelBoxes[],
  clusters: readonly Cluster[],
  means: DetectionColumns,
  juryOf: (classId: number) => Jury
): DetectionColumns {
  const scores = clusters.map(({ classId, score, count }) => {
    const jury = juryOf(classId)
    return (score / count) * (Math.min(jury.models, count) / jury.weight)
  })
  const order = clusters.map((_, at) => at).sort((a, b) => scores[b]! - scores[a]! || a - b)
  const result = new DetectionColumns(
    clusters.length,
    models.some(({ found }) => found.landmarks)
  )
  result.landmarks?.fill(Number.NaN)
  for (const at of order) {
    const { classId, model, row } = clusters[at]!
    const { landmarks } = models[model]!.found
    // Weights can make more of a score than certainty, where a model gives two boxes of one thing.
    const index = result.push(...boxAt(means.boxes, at), Math.min(1, scores[at]!), classId)
    if (landmarks) result.landmarks!.set(landmarks.subarray(row * 10, row * 10 + 10), index * 10)
  }
  return result
}

export function boxAt(boxes: Float64Array, row: number): Box {
  return [boxes[row * 4]!, boxes[row * 4 + 1]!, boxes[row * 4 + 2]!, boxes[row * 4 + 3]!]
}
