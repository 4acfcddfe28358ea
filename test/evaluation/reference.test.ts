import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readMotFile, readSequenceInfo, sequencesIn } from '../../src/commands/mot-files.ts'
import type { BenchmarkName } from '../../src/evaluation/convention.ts'
import { type Scorecard, type Scores, scorecard, tallySequence } from '../../src/evaluation/scorecard.ts'
import { realClip } from '../support/material.ts'
import { madeResults, madeTruth } from './made-results.ts'
import { rowsOf } from './mot-text.ts'

/** What was allowed to differ: the last digits, for sums in another order. */
const tolerance = 1e-6

// Made by test/reference/trackeval.py, on what trackeval-input.ts beside it writes.
function trackEval(name: string): Scorecard {
  return JSON.parse(readFileSync(new URL(`../reference/trackeval-${name}.json`, import.meta.url), 'utf8'))
}

function expectEqual(ours: Scorecard, theirs: Scorecard): void {
  deepStrictEqual(Object.keys(ours.sequences).sort(), Object.keys(theirs.sequences).sort())
  for (const [name, scores] of Object.entries(theirs.sequences)) expectScores(ours.sequences[name]!, scores, name)
  expectScores(ours.combined, theirs.combined, 'combined')
}

function expectScores(ours: Scores, { perAlpha, ...theirs }: Scores, sequence: string): void {
  const pairs = Object.entries(theirs).map(([name, value]) => ({ name, value, own: ours[name as 'HOTA']! }))
  for (const [name, values] of Object.entries(perAlpha!)) {
    for (const [a, value] of values.entries())
      pairs.push({ name: `${name} at alpha ${a}`, value, own: ours.perAlpha![name as 'HOTA'][a]! })
  }
  const different = pairs.filter(({ value, own }) => !(Math.abs(own - value) <= tolerance))
  deepStrictEqual(different, [], sequence)
}

const mot = realClip('mot')
test('V1 on 19 real sequences every score is TrackEval’s, alone and combined', { skip: mot.skip }, () => {
  const folders = ['MOT15', 'SportsMOT-train'].map(folder => join(mot.path, folder))
  const sequences = folders.flatMap(folder =>
    sequencesIn(folder, join('gt', 'gt.txt')).map(name => ({ name, folder: join(folder, name) }))
  )
  strictEqual(sequences.length, 19)
  const tallies = sequences.map(({ name, folder }) => {
    const truth = readMotFile(join(folder, 'gt', 'gt.txt'))
    const results = rowsOf(madeResults(truth, name))
    const { length } = readSequenceInfo(folder)
    return [name, tallySequence({ truth, results, truthName: name, resultsName: name, length })] as const
  })
  expectEqual(scorecard(new Map(tallies)), trackEval('real'))
})

for (const benchmark of ['MOT17', 'MOT20'] as const satisfies BenchmarkName[]) {
  test(`V2 with distractors, other classes and ignored rows every score is TrackEval’s for ${benchmark}`, () => {
    const tallies = [1, 2].map(seed => {
      const name = `made-${seed}`
      const truth = rowsOf(madeTruth(seed))
      const results = rowsOf(madeResults(truth, name))
      return [name, tallySequence({ truth, results, truthName: name, resultsName: name, benchmark })] as const
    })
    expectEqual(scorecard(new Map(tallies)), trackEval(benchmark.toLowerCase()))
  })
}

const vectors = realClip('mot/scorer/expected.json')
test('V3 on TUD-Campus and TUD-Stadtmitte every score is py-motmetrics’, alone and combined', {
  skip: vectors.skip
}, () => {
  const { columns, ...expected } = JSON.parse(readFileSync(vectors.path, 'utf8'))
  const folder = join(vectors.path, '..')
  const names = ['TUD-Campus', 'TUD-Stadtmitte'].filter(name => existsSync(join(folder, name)))
  strictEqual(names.length, 2)
  const tallies = names.map(name => {
    const [truthName, resultsName] = [join(folder, name, 'gt.txt'), join(folder, name, 'test.txt')]
    const [truth, results] = [readMotFile(truthName), readMotFile(resultsName)]
    return [name, tallySequence({ truth, results, truthName, resultsName })] as const
  })
  const { sequences, combined } = scorecard(new Map(tallies))
  for (const [name, scores] of Object.entries({ ...sequences, OVERALL: combined })) {
    const own = motmetrics(scores)
    for (const [index, column] of (columns as string[]).entries()) {
      const difference = Math.abs(own[column]! - expected[name][index])
      ok(difference <= 1e-6, `${name} ${column}: ${own[column]} instead of ${expected[name][index]}`)
    }
  }
})

/** Our scores by py-motmetrics' names; its MOTP is the mean distance, 1 − IoU. */
function motmetrics(scores: Scores): Record<string, number | undefined> {
  return {
    idf1: scores.IDF1,
    idp: scores.IDP,
    idr: scores.IDR,
    recall: scores.CLR_Re,
    precision: scores.CLR_Pr,
    num_unique_objects: scores.MT! + scores.PT! + scores.ML!,
    mostly_tracked: scores.MT,
    partially_tracked: scores.PT,
    mostly_lost: scores.ML,
    num_false_positives: scores.CLR_FP,
    num_misses: scores.CLR_FN,
    num_switches: scores.IDSW,
    num_fragmentations: scores.Frag,
    mota: scores.MOTA,
    motp: 1 - scores.MOTP!
  }
}
