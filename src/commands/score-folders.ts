import { join } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import type { BenchmarkName } from '../evaluation/convention.ts'
import { type MetricName, type Tally, tallySequence } from '../evaluation/scorecard.ts'
import { namesIn, readMotFile, readSequenceInfo, sequencesIn } from './mot-files.ts'

const truthFile = join('gt', 'gt.txt')

/** The sequences of two folders: what is to be scored, and results for which there is nothing to score against. */
export interface ScorePlan {
  readonly truthFolder: string
  readonly resultsFolder: string
  readonly sequences: readonly string[]
  /** Paths of results that are left out. */
  readonly surplus: readonly string[]
}

/**
 * Finds `SEQ/gt/gt.txt` in one folder and `SEQ.txt` for each in the other.
 *
 * @throws SL_INPUT_NOT_FOUND where there is no folder, or no ground truth
 * @throws SL_EVAL_MISMATCH where a sequence has no results
 */
export function planScoring(truthFolder: string, resultsFolder: string): ScorePlan {
  const sequences = sequencesIn(truthFolder, truthFile)
  if (sequences.length === 0) {
    throw new SightlineError(
      'SL_INPUT_NOT_FOUND',
      `${truthFolder} has no ground truth: it has to hold a folder for each sequence, with gt/gt.txt in it.`
    )
  }
  const names = namesIn(resultsFolder)
  const missing = sequences.filter(name => !names.includes(`${name}.txt`))
  if (missing.length > 0) {
    throw new SightlineError(
      'SL_EVAL_MISMATCH',
      `${resultsFolder} lacks ${missing.map(name => `${name}.txt`).join(', ')}: every sequence of ${truthFolder} needs results. An empty file says that nothing was tracked.`
    )
  }
  const surplus = names
    .filter(name => name.endsWith('.txt') && !sequences.includes(name.slice(0, -4)))
    .map(name => join(resultsFolder, name))
  return { truthFolder, resultsFolder, sequences, surplus }
}

/** Scores one sequence after the other; no more than one is in memory. @throws as `readMotFile` and `tallySequence` */
export function scoreSequences(
  { truthFolder, resultsFolder, sequences }: ScorePlan,
  metrics: readonly MetricName[],
  benchmark?: BenchmarkName
): Map<string, Tally> {
  const tally = (name: string): Tally => {
    const truthName = join(truthFolder, name, truthFile)
    const resultsName = join(resultsFolder, `${name}.txt`)
    const { length } = readSequenceInfo(join(truthFolder, name))
    const [truth, results] = [readMotFile(truthName), readMotFile(resultsName)]
    return tallySequence({ truth, results, truthName, resultsName, length, benchmark }, metrics)
  }
  return new Map(sequences.map(name => [name, tally(name)]))
}
