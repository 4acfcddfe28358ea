/** What a model finds of the people in the MOT15 clips, and how fast: `ours-people.ts FAMILY MODEL TILES|whole EVERY MOST CLIP…`. */
import { join } from 'node:path'
import { openDetector } from '../src/vision/open-detector.ts'
import { parseTiling } from '../src/vision/tiles/tile-grid.ts'
import { TiledDetector } from '../src/vision/tiles/tiled-detector.ts'
import { boxesOf, countPeople, type PeopleCounts, peopleClips, readTruth, sumOfPeople } from './mot-people.ts'
import { watchClip } from './watch-clip.ts'

const [family = '', modelPath = '', tiles = '', every, most, ...names] = process.argv.slice(2)
const folder = process.env.SIGHTLINE_CLIPS!

const opened = await openDetector({ modelPath, name: modelPath, family, provider: 'cpu' })
await using detector = tiles === 'whole' ? opened : new TiledDetector(opened, parseTiling(tiles, 'tiles'))
const counts: PeopleCounts[] = []
const startedMs = performance.now()
for (const clip of peopleClips.filter(({ name }) => names.includes(name))) {
  const truth = await readTruth(folder, clip)
  const frames = watchClip(detector, join(folder, clip.video), { every: Number(every), most: Number(most) })
  for await (const { frame, found } of frames) counts.push(countPeople(boxesOf(found, frame), truth.get(frame.index)!))
}
const seconds = (performance.now() - startedMs) / 1000
const runs = opened.batches?.reduce((sum, each, at) => sum + each * (at + 1), 0)
process.stdout.write(JSON.stringify({ ...sumOfPeople(counts), frames: counts.length, runs, seconds }))
