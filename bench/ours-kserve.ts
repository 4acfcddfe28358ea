/** What a model on a server finds of the people in the MOT15 clips, and how fast: `ours-kserve.ts FAMILY URL MODEL AT_ONCE EVERY MOST CLIP…`. */
import { join } from 'node:path'
import { RemoteModel } from '../src/vision/remote/remote-model.ts'
import { RemoteTally } from '../src/vision/remote/remote-tally.ts'
import { boxesOf, countPeople, type PeopleCounts, peopleClips, readTruth, sumOfPeople } from './mot-people.ts'
import { watchClip } from './watch-clip.ts'

const [family = '', url = '', model = '', atOnce, every, most, ...names] = process.argv.slice(2)
const folder = process.env.SIGHTLINE_CLIPS!

const took: number[] = []
const tally = new RemoteTally(({ ms }) => took.push(ms))
const remote = { url, model, family, concurrency: Number(atOnce), timeoutMs: 10_000, budgetMs: 20_000 }
await using opened = await RemoteModel.open({ name: url, remote, tally })
const detector = opened.detector({})
const counts: PeopleCounts[] = []
const startedMs = performance.now()
for (const clip of peopleClips.filter(({ name }) => names.includes(name))) {
  const truth = await readTruth(folder, clip)
  const frames = watchClip(detector, join(folder, clip.video), { every: Number(every), most: Number(most) })
  for await (const { frame, found } of frames) counts.push(countPeople(boxesOf(found, frame), truth.get(frame.index)!))
}
const seconds = (performance.now() - startedMs) / 1000
const exchangeMs = took.sort((a, b) => a - b)[Math.floor(took.length / 2)]
process.stdout.write(
  JSON.stringify({ ...sumOfPeople(counts), frames: counts.length, runs: took.length, seconds, exchangeMs })
)
