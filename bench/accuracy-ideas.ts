// Usage: node bench/accuracy-ideas.ts
// Prints Markdown: what each idea in `sightline` is worth, as means over the training sequences played forwards and backwards.
// SIGHTLINE_CLIPS is the folder of the sequences.
import { join } from 'node:path'
import { scorecard } from '../src/evaluation/scorecard.ts'
import type { SightlineOptions } from '../src/tracking/sightline-options.ts'
import { SightlineTracker } from '../src/tracking/sightline-tracker.ts'
import { accuracySequences } from './accuracy-sequences.ts'
import { backwards, played, tallyOf } from './played-sequence.ts'

const variants: readonly (readonly [label: string, options: Partial<SightlineOptions>])[] = [
  ['`sightline`', {}],
  ['without a margin', { buffer: 0, bufferGrowth: 0 }],
  ['with a margin that does not grow', { bufferGrowth: 0 }],
  ["without the boxes' heights", { heightWeight: 0 }],
  ["without the boxes' scores", { scoreWeight: 0 }],
  ['without slowing down', { slowing: 0 }],
  ['without a second association', { lowScore: 0.25 }],
  ['new tracks may not be missed', { newWithinMs: 0 }],
  ['every box shown at once', { confirmMs: 0 }],
  ['boxes from 0.4 on instead of 0.25', { highScore: 0.4, newScore: 0.4 }],
  ['tracks from boxes of 0.35 on instead of 0.5', { newScore: 0.35 }],
  ['pairs from 0.3 on instead of 0.35', { minSimilarity: 0.3 }],
  ['with steady boxes (`--boxes steady`)', { boxes: 'steady' }],
  ['shown for 100 ms unseen (`coastMs`), with steady boxes', { boxes: 'steady', coastMs: 100 }]
]

const clips = process.env.SIGHTLINE_CLIPS
if (!clips) throw new Error('SIGHTLINE_CLIPS has to name the folder with mot/ in it.')
const sequences = (await accuracySequences(join(clips, 'mot'), 'train')).map(each => {
  const forwards = played(each)
  return { kind: each.kind, ways: [forwards, backwards(forwards)] }
})

process.stdout.write('| HOTA | combined | MOT15 | SportsMOT |\n|---|---|---|---|\n')
for (const [label, options] of variants) {
  const ways = [0, 1].map(way => {
    const tallies = sequences.map(({ kind, ways }) => {
      const sequence = ways[way]!
      const { fps, width, height } = sequence
      const tracker = new SightlineTracker({ frame: { width, height }, fps, ...options })
      return { kind, name: sequence.name, tally: tallyOf(sequence, tracker) }
    })
    return [undefined, 'mot15', 'sports'].map(wanted => {
      const own = tallies.filter(({ kind }) => wanted === undefined || kind === wanted)
      return scorecard(new Map(own.map(({ name, tally }) => [name, tally]))).combined.HOTA!
    })
  })
  const means = [0, 1, 2].map(column => (50 * (ways[0]![column]! + ways[1]![column]!)).toFixed(2))
  process.stdout.write(`| ${[label, ...means].join(' | ')} |\n`)
}
