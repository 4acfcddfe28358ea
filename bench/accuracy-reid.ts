// Usage: node bench/accuracy-reid.ts
// Prints Markdown: at each `reid.maxDistance`, how many people are known again by their looks of some seconds ago, and how many others
// are taken for them. A training sequence with pixels, cut out as its truth says. SIGHTLINE_CLIPS is the folder of the sequences,
// SIGHTLINE_MODELS that of the models.
import { join } from 'node:path'
import { openModelStore } from '../src/commands/open-model-store.ts'
import { openVideo } from '../src/media/open-video.ts'
import { TrackLooks } from '../src/pipeline/track-looks.ts'
import type { WantedLook } from '../src/tracking/looks.ts'
import { dot } from '../src/tracking/packed-look.ts'
import { openEmbedder } from '../src/vision/open-embedder.ts'
import { peopleClips } from './mot-people.ts'
import { coveredPart, truePeople } from './true-people.ts'

const model = 'osnet-x0-25-msmt17'
const sequence = 'PETS09-S2L1'
const everyFrames = 10
/** Of a sequence of 7 frames a second. */
const oldestFrames = 3 * 7
const distances = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4]
/** As `Recall` asks for looks, and as many of them as a track keeps. */
const [fewestPx, mostCovered, kept] = [32, 0.2, 5]

interface Sight {
  readonly frame: number
  readonly person: number
  readonly isClear: boolean
  readonly look: Float32Array
}

async function sightsOf(clips: string): Promise<readonly Sight[]> {
  const { video: path, truth } = peopleClips.find(({ name }) => name === sequence)!
  const { path: modelPath, entry } = await (await openModelStore()).resolve(model)
  await using embedder = await openEmbedder({ modelPath, name: model, family: entry?.family, concurrency: 1 })
  await using video = await openVideo(join(clips, path))
  const looks = new TrackLooks(embedder)
  const frames = truePeople(join(clips, truth))
  const sights: Sight[] = []
  for await (const picture of video.frames()) {
    using frame = picture
    if (frame.index % everyFrames !== 0) continue
    const people = (frames.get(frame.index + 1) ?? []).filter(({ box }) => box[3] >= fewestPx)
    const wanted = people.map(({ box: [x, y, w, h] }, slot): WantedLook => {
      return { slot, box: [x / frame.width, y / frame.height, w / frame.width, h / frame.height] }
    })
    await looks.tell(frame, {
      wanted,
      describe({ slot }, look) {
        const person = people[slot]!
        sights.push({
          frame: frame.index,
          person: person.id,
          isClear: coveredPart(person, people) <= mostCovered,
          look
        })
      }
    })
  }
  return sights
}

/** Cosine distances to the nearest look of who it is, and of each other who was there some seconds ago. */
function distancesOf(sights: readonly Sight[]) {
  const [own, others]: [number[], number[]] = [[], []]
  for (const { frame, person, look } of sights) {
    const old = sights.filter(sight => sight.isClear && sight.frame <= frame - oldestFrames)
    for (const [id, all] of Map.groupBy(old, sight => sight.person)) {
      const gallery = all.sort((a, b) => b.frame - a.frame).slice(0, kept)
      const nearest = Math.min(...gallery.map(sight => 1 - dot(sight.look, look)))
      if (id === person) own.push(nearest)
      else others.push(nearest)
    }
  }
  return { own, others }
}

const clips = process.env.SIGHTLINE_CLIPS
if (!clips) throw new Error('SIGHTLINE_CLIPS has to name the folder with mot/ in it.')
const { own, others } = distancesOf(await sightsOf(clips))
const below = (values: readonly number[], most: number) =>
  (100 * values.filter(each => each < most).length) / values.length
const line = (label: string, cells: readonly string[]) => `| ${[label, ...cells].join(' | ')} |`
const table = [
  line(
    '`maxDistance`',
    distances.map(most => most.toFixed(2))
  ),
  `|${'---|'.repeat(distances.length + 1)}`,
  line(
    'people who are known again, of a hundred',
    distances.map(most => below(own, most).toFixed(0))
  ),
  line(
    'others who are taken for them, of a hundred',
    distances.map(most => below(others, most).toFixed(1))
  )
]
process.stdout.write(`${table.join('\n')}\n`)
process.stderr.write(`${own.length} pairs with oneself, ${others.length} with others\n`)
