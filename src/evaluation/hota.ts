import { Assignment } from '../core/assignment.ts'
import type { PairList } from './pair-list.ts'
import type { Scene } from './scene.ts'
import { share } from './share.ts'

/** Overlaps from which a pair counts as a match; the metric is the mean over all of them. */
export const alphas: readonly number[] = Array.from({ length: 19 }, (_, index) => 0.05 + index * 0.05)

/** Sums over a sequence for each alpha. Those of several sequences add up to those of all. */
export interface HotaSums {
  readonly matches: Float64Array
  readonly misses: Float64Array
  readonly falseAlarms: Float64Array
  /** Overlap of the matches. */
  readonly overlap: Float64Array
  /** Association's accuracy, recall and precision, summed over the matches. */
  readonly accuracy: Float64Array
  readonly recall: Float64Array
  readonly precision: Float64Array
}

/** Each by alpha. */
export interface HotaScores {
  readonly HOTA: readonly number[]
  readonly DetA: readonly number[]
  readonly AssA: readonly number[]
  readonly LocA: readonly number[]
  readonly DetRe: readonly number[]
  readonly DetPr: readonly number[]
  readonly AssRe: readonly number[]
  readonly AssPr: readonly number[]
}

/**
 * Higher order tracking accuracy (Luiten et al. 2021, arXiv 2009.07736). Boxes of a frame are assigned once, by
 * overlap weighted with how well the two identities go together in the whole sequence; each alpha then keeps the
 * pairs that overlap enough.
 */
export function countHota(scene: Scene): HotaSums {
  const sums = emptySums()
  const matchesOfLink = new Float64Array(scene.pairs.linkCount * alphas.length)
  matchFrames(scene, alignmentOf(scene), sums, matchesOfLink)
  addHigherAlphas(sums.matches, 0)
  addHigherAlphas(sums.overlap, 0)
  for (let link = 0; link < scene.pairs.linkCount; link++) addHigherAlphas(matchesOfLink, link * alphas.length)
  for (let a = 0; a < alphas.length; a++) {
    sums.misses[a] = scene.truth.count - sums.matches[a]!
    sums.falseAlarms[a] = scene.results.count - sums.matches[a]!
  }
  addAssociation(scene, matchesOfLink, sums)
  return sums
}

export function hotaScores(sums: HotaSums): HotaScores {
  const { matches, misses, falseAlarms } = sums
  const by = (score: (a: number) => number): number[] => alphas.map((_, a) => score(a))
  const DetA = by(a => share(matches[a]!, matches[a]! + misses[a]! + falseAlarms[a]!))
  const AssA = by(a => share(sums.accuracy[a]!, matches[a]!))
  return {
    HOTA: by(a => Math.sqrt(DetA[a]! * AssA[a]!)),
    DetA,
    AssA,
    // Where nothing matches nothing is misplaced.
    LocA: by(a => (matches[a]! > 0 ? sums.overlap[a]! / matches[a]! : 1)),
    DetRe: by(a => share(matches[a]!, matches[a]! + misses[a]!)),
    DetPr: by(a => share(matches[a]!, matches[a]! + falseAlarms[a]!)),
    AssRe: by(a => share(sums.recall[a]!, matches[a]!)),
    AssPr: by(a => share(sums.precision[a]!, matches[a]!))
  }
}

export function poolHota(all: readonly HotaSums[]): HotaSums {
  const pooled = emptySums()
  for (const sums of all) {
    for (const [name, column] of Object.entries(pooled) as [keyof HotaSums, Float64Array][]) {
      for (let a = 0; a < alphas.length; a++) column[a]! += sums[name][a]!
    }
  }
  return pooled
}

/** How well the identities of each link go together: overlap shared out within each frame, over their boxes in all. */
function alignmentOf({ frames, truth, results, pairs }: Scene): Float64Array {
  const together = new Float64Array(pairs.linkCount)
  const ofTruth = new Float64Array(truth.count)
  const ofResult = new Float64Array(results.count)
  for (let pair = 0; pair < pairs.count; pair++) {
    ofTruth[pairs.truths[pair]!]! += pairs.ious[pair]!
    ofResult[pairs.results[pair]!]! += pairs.ious[pair]!
  }
  for (let pair = 0; pair < pairs.starts[frames]!; pair++) {
    const iou = pairs.ious[pair]!
    const whole = ofTruth[pairs.truths[pair]!]! + ofResult[pairs.results[pair]!]! - iou
    if (whole > Number.EPSILON) together[pairs.links[pair]!]! += iou / whole
  }
  return together.map((shared, link) => shared / (boxesOf(truth, results, pairs, link) - shared))
}

/** Counts each match, for itself and for its link, at the highest alpha that keeps it. */
function matchFrames(
  { frames, truth, results, pairs }: Scene,
  alignment: Float64Array,
  sums: HotaSums,
  matchesOfLink: Float64Array
): void {
  const assignment = new Assignment()
  for (let f = 0; f < frames; f++) {
    const begin = pairs.starts[f]!
    const end = pairs.starts[f + 1]!
    const firstTruth = truth.starts[f]!
    const firstResult = results.starts[f]!
    assignment.begin(results.starts[f + 1]! - firstResult, 0)
    let pair = begin
    for (let box = firstTruth; box < truth.starts[f + 1]!; box++) {
      for (; pair < end && pairs.truths[pair] === box; pair++) {
        assignment.edge(pairs.results[pair]! - firstResult, -alignment[pairs.links[pair]!]! * pairs.ious[pair]!)
      }
      assignment.endRow()
    }
    assignment.solve()
    for (let at = begin; at < end; at++) {
      const column = assignment.columnOfRow[pairs.truths[at]! - firstTruth]
      if (column !== pairs.results[at]! - firstResult) continue
      const level = levelsOf(pairs.ious[at]!) - 1
      if (level < 0) continue
      sums.matches[level]!++
      sums.overlap[level]! += pairs.ious[at]!
      matchesOfLink[pairs.links[at]! * alphas.length + level]!++
    }
  }
}

/** Turns counts at the highest alpha that keeps a match into counts at every alpha; `from` is where they begin. */
function addHigherAlphas(counts: Float64Array, from: number): void {
  for (let a = from + alphas.length - 2; a >= from; a--) counts[a]! += counts[a + 1]!
}

/** How many alphas a pair of this overlap counts for. */
function levelsOf(iou: number): number {
  let levels = Math.min(alphas.length, Math.ceil(iou * 20) + 1)
  while (levels > 0 && iou < alphas[levels - 1]! - Number.EPSILON) levels--
  return levels
}

function addAssociation({ truth, results, pairs }: Scene, matchesOfLink: Float64Array, sums: HotaSums): void {
  for (let link = 0; link < pairs.linkCount; link++) {
    const truthBoxes = truth.boxesOfId[pairs.linkTruths[link]!]!
    const resultBoxes = results.boxesOfId[pairs.linkResults[link]!]!
    for (let a = 0; a < alphas.length; a++) {
      const matches = matchesOfLink[link * alphas.length + a]!
      if (matches === 0) break // A higher alpha never matches more.
      sums.accuracy[a]! += (matches * matches) / (truthBoxes + resultBoxes - matches)
      sums.recall[a]! += (matches * matches) / truthBoxes
      sums.precision[a]! += (matches * matches) / resultBoxes
    }
  }
}

function boxesOf(truth: Scene['truth'], results: Scene['results'], pairs: PairList, link: number): number {
  return truth.boxesOfId[pairs.linkTruths[link]!]! + results.boxesOfId[pairs.linkResults[link]!]!
}

function emptySums(): HotaSums {
  const column = () => new Float64Array(alphas.length)
  return {
    matches: column(),
    misses: column(),
    falseAlarms: column(),
    overlap: column(),
    accuracy: column(),
    recall: column(),
    precision: column()
  }
}
