import type { BenchmarkName } from '../../src/evaluation/convention.ts'
import { MotReader } from '../../src/evaluation/mot-reader.ts'
import type { MotRows } from '../../src/evaluation/mot-rows.ts'
import { type Scores, scorecard, tallySequence } from '../../src/evaluation/scorecard.ts'

/** Reads MOT Challenge text. */
export function rowsOf(text: string, name = 'rows.txt'): MotRows {
  const reader = new MotReader(name)
  reader.feed(new TextEncoder().encode(text))
  return reader.finish()
}

/** What is known of the sequence beside its rows. */
export interface ScoreSettings {
  readonly length?: number
  readonly benchmark?: BenchmarkName
}

/** Scores one sequence's rows. */
export function scoresOf(truth: string, results: string, settings: ScoreSettings = {}): Scores {
  const input = { truth: rowsOf(truth, 'gt.txt'), results: rowsOf(results, 'results.txt') }
  const tally = tallySequence({ ...input, truthName: 'gt.txt', resultsName: 'results.txt', ...settings })
  return scorecard(new Map([['sequence', tally]])).combined
}
