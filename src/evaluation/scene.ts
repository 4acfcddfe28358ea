import { SightlineError } from '../core/errors.ts'
import { checkLength, checkResultClasses } from './check-rows.ts'
import { type BenchmarkName, conventionOf } from './convention.ts'
import { DistractorSearch } from './distractors.ts'
import { frameOrder, sharedFrames } from './frame-order.ts'
import { identitiesOf } from './identities.ts'
import type { MotRows } from './mot-rows.ts'
import { OverlapSearch } from './overlap.ts'
import { PairList } from './pair-list.ts'
import { SceneSide } from './scene-side.ts'

/** One sequence's two files and what is known of it. */
export interface SequenceInput {
  readonly truth: MotRows
  readonly results: MotRows
  /** What errors call the two files. */
  readonly truthName: string
  readonly resultsName: string
  /** Frames of the sequence by its seqinfo.ini; without one it is as long as the longer of the two files. */
  readonly length?: number
  readonly benchmark?: BenchmarkName
}

/**
 * What every metric counts from: the boxes that are scored, and the pairs of them that overlap. Only frames in
 * which either side has a row are there; boxes of both sides and pairs are grouped by frame, in ascending order.
 */
export interface Scene {
  readonly frames: number
  readonly truth: SceneSide
  readonly results: SceneSide
  readonly pairs: PairList
}

/** Each takes 20 bytes, some 80 more where two identities meet only once: 200 people who overlap eight others in 10,000 frames fit. */
const maxPairs = 2 ** 24

/**
 * Brings ground truth and results together, frame by frame, by the benchmark's convention.
 *
 * @throws SL_ROWS_INVALID for an id that a frame has twice, results without ids, or of a class not scored
 * @throws SL_EVAL_MISMATCH for rows beyond the end of the sequence
 * @throws SL_INPUT_TOO_LARGE for more overlapping pairs than fit into memory
 */
export function buildScene({ truth, results, truthName, resultsName, length, benchmark }: SequenceInput): Scene {
  const convention = conventionOf(truth, truthName, benchmark)
  checkResultClasses(results, resultsName)
  const truthOrder = frameOrder(truth)
  const resultOrder = frameOrder(results)
  checkLength(truth, truthOrder, truthName, length)
  checkLength(results, resultOrder, resultsName, length)
  const frames = sharedFrames(truthOrder, resultOrder)
  const truthSide = new SceneSide(identitiesOf(truth, truthOrder, truthName), frames.length)
  const resultSide = new SceneSide(identitiesOf(results, resultOrder, resultsName), frames.length)
  const pairs = new PairList(frames.length)

  const search = new OverlapSearch(truth.boxes, results.boxes)
  const distractors = new DistractorSearch(search, convention)
  // Place of each row among the boxes of its side, −1 where it is not scored.
  const truthPlaces = new Int32Array(truth.count).fill(-1)
  const resultPlaces = new Int32Array(results.count).fill(-1)
  for (const { truthRows, resultRows } of frames) {
    const shown = distractors.shownBy(truthRows, resultRows)
    for (let at = 0; at < truthRows.length; at++) {
      const row = truthRows[at]!
      if (convention.isScored(row)) truthPlaces[row] = truthSide.add(row)
    }
    for (let at = 0; at < resultRows.length; at++) {
      const row = resultRows[at]!
      if (shown.size === 0 || !shown.has(row)) resultPlaces[row] = resultSide.add(row)
    }
    search.search(truthRows, resultRows)
    if (pairs.count + search.count > maxPairs) {
      throw new SightlineError(
        'SL_INPUT_TOO_LARGE',
        `${truthName} and ${resultsName} have more than ${maxPairs} overlapping pairs of boxes: cut the sequence into parts.`
      )
    }
    for (let pair = 0; pair < search.count; pair++) {
      const truthBox = truthPlaces[search.firsts[pair]!]!
      const resultBox = resultPlaces[search.seconds[pair]!]!
      if (truthBox < 0 || resultBox < 0) continue
      pairs.add(truthBox, resultBox, search.ious[pair]!, truthSide.ids[truthBox]!, resultSide.ids[resultBox]!)
    }
    truthSide.endFrame()
    resultSide.endFrame()
    pairs.endFrame()
  }
  return { frames: frames.length, truth: truthSide, results: resultSide, pairs }
}
