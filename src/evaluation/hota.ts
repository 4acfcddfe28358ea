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
  const { truth, results, pairs } = scene
  const sums = emptySums()
  const matches = new LinkCounts()
  // Each match is counted at the highest alpha that keeps it, and then for all the lower ones too.
  for (const pair of matchedPairs(scene)) {
    const level = levelsOf(pairs.ious[pair]!) - 1
    if (level < 0) continue
    sums.matches[level]!++
    sums.overlap[level]! += pairs.ious[pair]!
    matches.of(pairs.links[pair]!)[level]!++
  }
  for (const counts of [sums.matches, sums.overlap, ...matches.byLink.values()]) addHigherAlphas(counts)
  for (let a = 0; a < alphas.length; a++) {
    sums.misses[a] = truth.count - sums.matches[a]!
    sums.falseAlarms[a] = results.count - sums.matches[a]!
  }
  for (const [link, counts] of matches.byLink) {
    const truthBoxes = truth.boxesOfId[pairs.linkTruths[link]!]!
    const resultBoxes = results.boxesOfId[pairs.linkResults[link]!]!
    addAssociation(counts, truthBoxes, resultBoxes, sums)
  }
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
function alignmentOf({ truth, results, pairs }: Scene): Float64Array {
  const together = new Float64Array(pairs.linkCount)
  const ofTruth = new Float64Array(truth.count)
  const ofResult = new Float64Array(results.count)
  for (let pair = 0; pair < pairs.count; pair++) {
    ofTruth[pairs.truths[pair]!]! += pairs.ious[pair]!
    ofResult[pairs.results[pair]!]! += pairs.ious[pair]!
  }
  for (let pair = 0; pair < pairs.count; pair++) {
    const iou = pairs.ious[pair]!
    const whole = ofTruth[pairs.truths[pair]!]! + ofResult[pairs.results[pair]!]! - iou
    if (whole > Number.EPSILON) together[pairs.links[pair]!]! += iou / whole
  }
  return together.map((shared, link) => shared / (boxesOf(truth, results, pairs, link) - shared))
}

/** The pairs that are matches if they overlap enough. */
function matchedPairs(scene: Scene): number[] {
  const { frames, truth, results, pairs } = scene
  const alignment = alignmentOf(scene)
  const assignment = new Assignment()
  const matched: number[] = []
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
      if (column === pairs.results[at]! - firstResult) matched.push(at)
    }
  }
  return matched
}

/** Counts by alpha for the links that have any: far fewer than there are links in a crowd. */
class LinkCounts {
  readonly byLink = new Map<number, Float64Array>()

  of(link: number): Float64Array {
    let counts = this.byLink.get(link)
    if (!counts) this.byLink.set(link, (counts = new Float64Array(alphas.length)))
    return counts
  }
}

/** Turns counts at the highest alpha that keeps a match into counts at every alpha. */
function addHigherAlphas(counts: Float64Array): void {
  for (let a = alphas.length - 2; a >= 0; a--) counts[a]! += counts[a + 1]!
}

/** How many alphas a pair of this overlap counts for. */
function levelsOf(iou: number): number {
  let levels = Math.min(alphas.length, Math.ceil(iou * 20) + 1)
  while (levels > 0 && iou < alphas[levels - 1]! - Number.EPSILON) levels--
  return levels
}

/** Adds what the matches of one link are worth. */
function addAssociation(counts: Float64Array, truthBoxes: number, resultBoxes: number, sums: HotaSums): void {
  for (let a = 0; a < alphas.length; a++) {
    const matches = counts[a]!
    sums.accuracy[a]! += (matches * matches) / (truthBoxes + resultBoxes - matches)
    sums.recall[a]! += (matches * matches) / truthBoxes
    sums.precision[a]! += (matches * matches) / resultBoxes
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
