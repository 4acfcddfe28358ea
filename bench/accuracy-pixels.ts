// Usage: node bench/accuracy-pixels.ts [--sequence PETS09-S2L1|TUD-Stadtmitte]
// Prints Markdown: how good trackers are on what detectors see of the two sequences that come with pixels, by still cameras. Means over
// their boxes as they are and shaken, forwards and backwards, and how far from `byte` each is, with the deviation of that mean.
// SIGHTLINE_CLIPS is the folder of the sequences, SIGHTLINE_MODELS that of the models; models that are not there are left out.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readMotFile, readSequenceInfo } from '../src/commands/mot-files.ts'
import { openModelStore } from '../src/commands/open-model-store.ts'
import { DetectionColumns } from '../src/core/columns.ts'
import { scorecard } from '../src/evaluation/scorecard.ts'
import { createTracker, trackerNames } from '../src/tracking/create-tracker.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import { type PeopleClip, peopleClips } from './mot-people.ts'
import { backwards, type PlayedSequence, shaken, tallyOf, upTo } from './played-sequence.ts'
import { runProgram } from './program.ts'
import { script } from './sightline.ts'

const models = ['yolox-nano', 'nanodet-m-416', 'picodet-s-416', 'fastestdet']
const seeds = [1, 2, 3, 4, 5, 6, 7, 8]
/** What a camera that does not move is told to do. */
const still = { motion: { scale: 1, x: 0, y: 0 } }

const { values } = parseArgs({ options: { sequence: { type: 'string', default: 'PETS09-S2L1' } } })
const clip = peopleClips.find(({ name }) => name === values.sequence)
if (!clip) throw new Error(`--sequence ${values.sequence}: ${peopleClips.map(({ name }) => name).join(' or ')}.`)
const clips = process.env.SIGHTLINE_CLIPS
if (!clips) throw new Error('SIGHTLINE_CLIPS has to name the folder with mot/ in it.')

/** What a model sees of a clip's people, as trackers get it from `analyze`. */
async function seenBy(model: string, { name, video, truth }: PeopleClip, out: string): Promise<PlayedSequence> {
  const { fps = 30 } = readSequenceInfo(join(clips!, `mot/MOT15/${name}`))
  const options = ['--model', model, '--classes', 'person', '--tracker', 'byte', '--provider', 'cpu']
  await runProgram(script(model, '../src/cli.ts', 'analyze', join(clips!, video), '--out', out, ...options))
  const { width, height } = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')).input
  const lines = (await readFile(join(out, 'detections.jsonl'), 'utf8')).trim().split('\n')
  const frames = lines.map(line => {
    const boxes = new DetectionColumns(16)
    for (const { box, score, label } of JSON.parse(line).detections)
      if (label === 'person') boxes.push(box.x, box.y, box.w, box.h, score, 0)
    return boxes
  })
  return { name, fps, width, height, truth: upTo(readMotFile(join(clips!, truth)), frames.length), frames }
}

function hota(tracker: string, sequence: PlayedSequence): number {
  const { name, fps, width, height } = sequence
  const tally = tallyOf(sequence, createTracker(tracker, { frame: { width, height }, fps }), still)
  return 100 * scorecard(new Map([[name, tally]])).combined.HOTA!
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length

await using folder = await temporaryFolder()
const present = await (await openModelStore()).present()
process.stdout.write(
  `| HOTA on ${clip.name} | ${trackerNames.join(' | ')} |\n|${'---|'.repeat(trackerNames.length + 1)}\n`
)
for (const model of models.filter(name => present.has(name))) {
  const seen = await seenBy(model, clip, join(folder.path, model))
  const ways = [seen, backwards(seen)].flatMap(way => [way, ...seeds.map(seed => shaken(way, seed))])
  const byte = ways.map(way => hota('byte', way))
  const cells = trackerNames.map(name => {
    const own = ways.map(way => hota(name, way))
    if (name === 'byte') return mean(own).toFixed(2)
    const gains = own.map((value, index) => value - byte[index]!)
    const gain = mean(gains)
    const deviation = Math.sqrt(mean(gains.map(each => (each - gain) ** 2)) / gains.length)
    return `${mean(own).toFixed(2)} (${gain < 0 ? '−' : '+'}${Math.abs(gain).toFixed(2)} ± ${deviation.toFixed(2)})`
  })
  process.stdout.write(`| ${[model, ...cells].join(' | ')} |\n`)
}
