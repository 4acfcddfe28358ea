/**
 * Compares our detectors with what mot15.py found in the same frames, and prints docs/models.md's table:
 *
 *     SIGHTLINE_CLIPS=… SIGHTLINE_MODELS=… node test/reference/mot15.ts mot15-all.json
 */
import { readFileSync } from 'node:fs'
import { type PeopleCounts, peopleClips, precision, recall } from '../../bench/mot-people.ts'
import { openModelStore } from '../../src/commands/open-model-store.ts'
import { labelsOf } from '../../src/vision/catalogue.ts'
import { openDetector } from '../../src/vision/open-detector.ts'
import { type ModelReference, type Parity, parityOf, sumOfParity } from '../support/people-parity.ts'
import { PublishedScaling } from '../support/published-scaling.ts'

/** With frames scaled as the reference scales them, and as videos are. */
interface Both {
  readonly same: Parity
  readonly video: Parity
}

const [file = '', ...only] = process.argv.slice(2)
const folder = process.env.SIGHTLINE_CLIPS!
const reference = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, ModelReference>>
const store = await openModelStore()

process.stdout.write(
  '| model | clip | reference | same scaling | videos’ scaling | boxes that both have, of ours and of the reference’s |\n|---|---|---|---|---|---|\n'
)
for (const [name, clips] of Object.entries(reference)) {
  if (only.length > 0 && !only.includes(name)) continue
  const { path, entry } = await store.resolve(name)
  await using detector = await openDetector({ modelPath: path, name, family: entry?.family, labels: labelsOf(entry!) })
  const parts: Both[] = []
  for (const clip of peopleClips) {
    const expected = clips[clip.name]!
    const part = {
      same: await parityOf(detector, clip, expected, folder, frame => new PublishedScaling(frame)),
      video: await parityOf(detector, clip, expected, folder)
    }
    parts.push(part)
    process.stdout.write(row(name, clip.name, part))
  }
  const [same, video] = [sumOfParity(parts.map(part => part.same)), sumOfParity(parts.map(part => part.video))]
  process.stdout.write(row(name, 'both', { same, video }))
}

function row(name: string, clip: string, { same, video }: Both): string {
  const people = same.theirs ? [same.theirs, same.ours, video.ours].map(shares) : ['', '', '']
  const { both, ourBoxes, theirBoxes } = same
  return `| ${[name, clip, ...people, `${percent(both / ourBoxes)}, ${percent(both / theirBoxes)}`].join(' | ')} |\n`
}

function shares(counts: PeopleCounts): string {
  return `${percent(recall(counts))}, ${percent(precision(counts))}`
}

function percent(share: number): string {
  return Number.isFinite(share) ? (share * 100).toFixed(2) : '–'
}
