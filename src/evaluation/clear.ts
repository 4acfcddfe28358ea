import { Assignment } from '../core/assignment.ts'
import type { Scene } from './scene.ts'
import { share } from './share.ts'

/** Overlap of a match. */
const matchIou = 0.5 - Number.EPSILON
/** What going on with the track of the frame before is worth: more than any overlaps of a frame together. */
const loyalty = 1000
/** Share of an object's boxes above which it counts as mostly tracked, and below which as mostly lost. */
const mostlyTracked = 0.8
const mostlyLost = 0.2

/** Counts of a sequence. Those of several sequences add up to those of all. */
export interface ClearCounts {
  CLR_TP: number
  CLR_FN: number
  CLR_FP: number
  /** Matches of an object with another track than it was matched with last. */
  IDSW: number
  /** Times that an object is tracked again after it was not. */
  Frag: number
  /** Objects mostly tracked, partly tracked, mostly lost. */
  MT: number
  PT: number
  ML: number
  /** Overlap of the matches. */
  overlap: number
}

export interface ClearScores extends Omit<ClearCounts, 'overlap'> {
  /** Not a fraction: below 0 where there are more false alarms than objects. */
  readonly MOTA: number
  /** Mean overlap of the matches. */
  readonly MOTP: number
  readonly MODA: number
  readonly CLR_Re: number
  readonly CLR_Pr: number
  readonly CLR_F1: number
  readonly MTR: number
  readonly PTR: number
  readonly MLR: number
}

/**
 * The CLEAR MOT metrics (Bernardin and Stiefelhagen 2008; MOTA as Leal-Taixé et al. 2015 count it). A frame in which
 * one side has no box changes nothing in who was matched with whom.
 */
export function countClear(scene: Scene): ClearCounts {
  const { frames, truth, results } = scene
  const objects = new Objects(truth.idCount)
  const matcher = new Matcher(scene)
  const counts = emptyCounts()
  for (let f = 0; f < frames; f++) {
    const hasBoth = truth.starts[f]! < truth.starts[f + 1]! && results.starts[f]! < results.starts[f + 1]!
    if (!hasBoth) continue
    matcher.match(f, objects)
    for (const pair of matcher.matched) counts.overlap += scene.pairs.ious[pair]!
    counts.CLR_TP += matcher.matched.length
    counts.IDSW += objects.advance(scene, matcher.matched)
  }
  counts.CLR_FN = truth.count - counts.CLR_TP
  counts.CLR_FP = results.count - counts.CLR_TP
  for (let id = 0; id < truth.idCount; id++) {
    const tracked = objects.matches[id]! / truth.boxesOfId[id]!
    if (tracked > mostlyTracked) counts.MT++
    else if (tracked >= mostlyLost) counts.PT++
    else counts.ML++
    counts.Frag += Math.max(0, objects.beginnings[id]! - 1)
  }
  return counts
}

export function clearScores({ overlap, ...counts }: ClearCounts): ClearScores {
  const { CLR_TP, CLR_FN, CLR_FP, IDSW, MT, PT, ML } = counts
  const boxes = CLR_TP + CLR_FN
  return {
    MOTA: share(CLR_TP - CLR_FP - IDSW, boxes),
    MOTP: share(overlap, CLR_TP),
    MODA: share(CLR_TP - CLR_FP, boxes),
    CLR_Re: share(CLR_TP, boxes),
    CLR_Pr: share(CLR_TP, CLR_TP + CLR_FP),
    CLR_F1: share(2 * CLR_TP, 2 * CLR_TP + CLR_FN + CLR_FP),
    MTR: share(MT, MT + PT + ML),
    PTR: share(PT, MT + PT + ML),
    MLR: share(ML, MT + PT + ML),
    ...counts
  }
}

export function poolClear(all: readonly ClearCounts[]): ClearCounts {
  const pooled = emptyCounts()
  for (const counts of all) {
    for (const name of Object.keys(pooled) as (keyof ClearCounts)[]) pooled[name] += counts[name]
  }
  return pooled
}

/** What is remembered of each object of the ground truth. */
class Objects {
  readonly matches: Int32Array
  /** Times that it came to be tracked. */
  readonly beginnings: Int32Array
  /** The track it was matched with last, −1 for none yet. */
  readonly #last: Int32Array
  /** The track it was matched with in the last frame that had boxes on both sides, −1 for none. */
  readonly #current: Int32Array
  readonly #tracked: number[] = []

  constructor(count: number) {
    this.matches = new Int32Array(count)
    this.beginnings = new Int32Array(count)
    this.#last = new Int32Array(count).fill(-1)
    this.#current = new Int32Array(count).fill(-1)
  }

  isWith(truthId: number, resultId: number): boolean {
    return this.#current[truthId] === resultId
  }

  /** Takes in a frame's matches; returns how many objects switched to another track. */
  advance({ pairs }: Scene, matched: readonly number[]): number {
    let switches = 0
    for (const pair of matched) {
      const id = pairs.linkTruths[pairs.links[pair]!]!
      const track = pairs.linkResults[pairs.links[pair]!]!
      if (this.#last[id]! >= 0 && this.#last[id] !== track) switches++
      if (this.#current[id]! < 0) this.beginnings[id]!++
      this.#last[id] = track
      this.matches[id]!++
    }
    for (const id of this.#tracked) this.#current[id] = -1
    this.#tracked.length = 0
    for (const pair of matched) {
      const id = pairs.linkTruths[pairs.links[pair]!]!
      this.#current[id] = pairs.linkResults[pairs.links[pair]!]!
      this.#tracked.push(id)
    }
    return switches
  }
}

/** Matches a frame: as many objects as can be go on with the track they had, then the overlap is the greatest. */
class Matcher {
  /** Pairs that are matches; reused by the next frame. */
  readonly matched: number[] = []
  readonly #scene: Scene
  readonly #assignment = new Assignment()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  match(f: number, objects: Objects): void {
    const { truth, results, pairs } = this.#scene
    const assignment = this.#assignment
    const begin = pairs.starts[f]!
    const end = pairs.starts[f + 1]!
    const firstResult = results.starts[f]!
    let pair = begin
    assignment.begin(results.starts[f + 1]! - firstResult, 0)
    for (let box = truth.starts[f]!; box < truth.starts[f + 1]!; box++) {
      for (; pair < end && pairs.truths[pair] === box; pair++) {
        const iou = pairs.ious[pair]!
        if (iou < matchIou) continue
        const link = pairs.links[pair]!
        const isLoyal = objects.isWith(pairs.linkTruths[link]!, pairs.linkResults[link]!)
        assignment.edge(pairs.results[pair]! - firstResult, isLoyal ? -loyalty - iou : -iou)
      }
      assignment.endRow()
    }
    assignment.solve()
    this.matched.length = 0
    for (let at = begin; at < end; at++) {
      if (pairs.ious[at]! < matchIou) continue
      const column = assignment.columnOfRow[pairs.truths[at]! - truth.starts[f]!]
      if (column === pairs.results[at]! - firstResult) this.matched.push(at)
    }
  }
}

function emptyCounts(): ClearCounts {
  return { CLR_TP: 0, CLR_FN: 0, CLR_FP: 0, IDSW: 0, Frag: 0, MT: 0, PT: 0, ML: 0, overlap: 0 }
}
