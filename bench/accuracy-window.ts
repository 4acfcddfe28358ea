// Usage: node bench/accuracy-window.ts
// Prints Markdown: how much trackers gain by following the camera, on a training sequence seen through a window that moves.
// SIGHTLINE_CLIPS is the folder of the sequences. Means over three seeds of the degraded truth.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readMotFile } from '../src/commands/mot-files.ts'
import type { DetectionColumns } from '../src/core/columns.ts'
import { MotReader } from '../src/evaluation/mot-reader.ts'
import { scorecard, tallySequence } from '../src/evaluation/scorecard.ts'
import { motLines } from '../src/report/mot-csv.ts'
import { CameraMotion } from '../src/tracking/camera/camera-motion.ts'
import { createTracker } from '../src/tracking/create-tracker.ts'
import type { FrameCues } from '../src/tracking/tracker.ts'
import { fps, frames, type WindowScene, window, windowBoxes, windowScenes } from './window-scenes.ts'

const seeds = [7, 8, 9]
/** Who tells a tracker how the camera moved. */
const tellers = ['nobody', 'pixels', 'truth'] as const
type Teller = (typeof tellers)[number]

const clips = process.env.SIGHTLINE_CLIPS
if (!clips) throw new Error('SIGHTLINE_CLIPS is not set: it is the folder of the sequences.')
const folder = await mkdtemp(join(tmpdir(), 'sightline-window-'))
try {
  const scenes = await windowScenes(join(clips, 'mot'), folder, seeds)
  console.log(`| HOTA, the window … | ${scenes.map(({ name }) => name).join(' | ')} |`)
  console.log(`|---|${'---|'.repeat(scenes.length)}`)
  for (const tracker of ['byte', 'bot-sort', 'sightline']) {
    for (const teller of tracker === 'byte' ? (['nobody'] as const) : tellers) {
      const cells = scenes.map(scene =>
        mean(scene.detections.map(path => hota(tracker, scene, path, teller))).toFixed(2)
      )
      console.log(`| \`${tracker}\`, told by ${teller} | ${cells.join(' | ')} |`)
    }
  }
} finally {
  await rm(folder, { recursive: true })
}

function hota(name: string, scene: WindowScene, path: string, teller: Teller): number {
  const { width, height } = window
  const tracker = createTracker(name, { frame: window, fps })
  const camera = new CameraMotion(window)
  const reader = new MotReader(name)
  const encoder = new TextEncoder()
  for (const [frame, found] of windowBoxes(path).entries()) {
    const cues = cuesOf(teller, scene, frame, camera, found)
    const lines = motLines(frame, tracker.update(Math.round((frame * 1000) / fps), found, cues), width, height)
    reader.feed(encoder.encode(lines))
  }
  const truth = readMotFile(scene.truth)
  const results = reader.finish()
  const tally = tallySequence({ truth, results, truthName: scene.truth, resultsName: name, length: frames }, ['HOTA'])
  return 100 * scorecard(new Map([[name, tally]])).combined.HOTA!
}

function cuesOf(
  teller: Teller,
  { corners, lumas }: WindowScene,
  frame: number,
  camera: CameraMotion,
  found: DetectionColumns
): FrameCues | undefined {
  if (teller === 'pixels') return camera.look(lumas[frame]!, found)
  const [before, now] = [corners[frame - 1], corners[frame]!]
  if (teller === 'nobody' || !before) return undefined
  return { motion: { scale: 1, x: (before[0] - now[0]) / window.width, y: (before[1] - now[1]) / window.height } }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
