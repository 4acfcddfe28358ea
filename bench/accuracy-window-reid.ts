// Usage: node bench/accuracy-window-reid.ts
// Prints Markdown: what it is worth to know people again by their looks, on a training sequence seen through a window that moves, by
// `sightline` told by pixels. SIGHTLINE_CLIPS is the folder of the sequences, SIGHTLINE_MODELS that of the models. The degraded truth of one seed.
import { join } from 'node:path'
import { readMotFile } from '../src/commands/mot-files.ts'
import { openModelStore } from '../src/commands/open-model-store.ts'
import { MotReader } from '../src/evaluation/mot-reader.ts'
import { metricNames, scorecard, tallySequence } from '../src/evaluation/scorecard.ts'
import { openVideo } from '../src/media/open-video.ts'
import { TrackLooks } from '../src/pipeline/track-looks.ts'
import { motLines } from '../src/report/mot-csv.ts'
import { CameraMotion } from '../src/tracking/camera/camera-motion.ts'
import { createTracker } from '../src/tracking/create-tracker.ts'
import type { ReidOptions, WantedLook } from '../src/tracking/looks.ts'
import { openEmbedder } from '../src/vision/open-embedder.ts'
import { temporaryFolder } from '../test/support/temporary-folder.ts'
import {
  fps,
  frames,
  picture,
  type WindowScene,
  window,
  windowBoxes,
  windowClip,
  windowScenes
} from './window-scenes.ts'

const model = 'osnet-x0-25-msmt17'
const ways: readonly { readonly label: string; readonly reid: ReidOptions | undefined }[] = [
  { label: 'without `reid`', reid: undefined },
  { label: '`keepMs` of 10 s', reid: {} },
  { label: '`keepMs` of 30 s', reid: { keepMs: 30_000 } }
]

const clips = process.env.SIGHTLINE_CLIPS
if (!clips) throw new Error('SIGHTLINE_CLIPS has to name the folder with mot/ in it.')
await using folder = await temporaryFolder()
const { path: modelPath, entry } = await (await openModelStore()).resolve(model)
await using embedder = await openEmbedder({ modelPath, name: model, family: entry?.family, concurrency: 1 })

async function run(scene: WindowScene, reid: ReidOptions | undefined) {
  const tracker = createTracker('sightline', { frame: window, fps, reid })
  const camera = new CameraMotion(window)
  const looks = new TrackLooks(embedder)
  const reader = new MotReader(scene.name)
  const encoder = new TextEncoder()
  const boxes = windowBoxes(scene.detections[0]!)
  let taken = 0
  await using video = await openVideo(join(clips!, 'mot', windowClip))
  for await (const seen of video.frames()) {
    using frame = seen
    const { index } = frame
    const rows = tracker.update(
      Math.round((index * 1000) / fps),
      boxes[index]!,
      camera.look(scene.lumas[index]!, boxes[index]!)
    )
    reader.feed(encoder.encode(motLines(index, rows, window.width, window.height)))
    const wanted = tracker.wanted.map(look => inPicture(look, scene.corners[index]!))
    taken += wanted.length
    await looks.tell(frame, { wanted, describe: (look, vector) => tracker.describe(look, vector) })
  }
  const truth = readMotFile(scene.truth)
  const of = { truth, results: reader.finish(), truthName: scene.truth, resultsName: scene.name, length: frames }
  const { HOTA, IDSW } = scorecard(new Map([[scene.name, tallySequence(of, metricNames)]])).combined
  return { hota: 100 * HOTA!, switches: IDSW!, taken }
}

/** Where it is in the picture that the window shows a part of. */
function inPicture({ slot, box: [x, y, w, h] }: WantedLook, [left, top]: readonly [number, number]): WantedLook {
  const across = (value: number) => (value * window.width) / picture.width
  const down = (value: number) => (value * window.height) / picture.height
  return { slot, box: [left / picture.width + across(x), top / picture.height + down(y), across(w), down(h)] }
}

const scenes = await windowScenes(join(clips, 'mot'), folder.path, [7])
process.stdout.write(`| HOTA, switches (looks), the window … | ${scenes.map(({ name }) => name).join(' | ')} |\n`)
process.stdout.write(`|---|${'---|'.repeat(scenes.length)}\n`)
for (const { label, reid } of ways) {
  const cells: string[] = []
  for (const scene of scenes) {
    const { hota, switches, taken } = await run(scene, reid)
    cells.push(`${hota.toFixed(2)}, ${switches} (${taken})`)
  }
  process.stdout.write(`| ${[label, ...cells].join(' | ')} |\n`)
}
