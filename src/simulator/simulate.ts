import { basename, join, resolve } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import { openVideoWriter } from '../media/encode.ts'
import { OutputFolder } from '../report/output-folder.ts'
import { EntranceWorld } from './entrance/entrance-world.ts'
import { frameTruth } from './ground-truth.ts'
import type { CameraStyle } from './match/camera-operator.ts'
import { MatchWorld } from './match/match-world.ts'
import { SeededRandom } from './random.ts'
import { forecourt } from './render/forecourt.ts'
import { Renderer } from './render/renderer.ts'
import { stadium } from './render/stadium.ts'
import { film, type World } from './scene.ts'
import { ReplayWorld } from './trajectories/replay-world.ts'
import type { Recorded } from './trajectories/trajectories.ts'
import { TruthFiles } from './truth-files.ts'

export type SceneName = 'pitch' | 'entrance'

export interface SimulateOptions {
  /** Folder that the results go into. */
  readonly out: string
  readonly scene: SceneName
  readonly seconds: number
  readonly fps: number
  readonly width: number
  readonly height: number
  readonly seed: number
  readonly camera: CameraStyle
  /** Standard deviation of the sensor's noise in 8-bit levels; 0 is none. */
  readonly noise: number
  readonly shadows: boolean
  /** Motion blur: several moments are averaged into each frame, at that much more time for drawing. */
  readonly blur: boolean
  /** Players in each team. */
  readonly players: number
  /** Share of the time in which somebody is in view of the entrance, 0…1. */
  readonly activity: number
  /** Recorded movement to play in place of a match of its own. */
  readonly recorded?: Recorded
  readonly signal?: AbortSignal
  readonly onFrame?: (done: number, total: number) => void
}

export interface SimulationSummary {
  readonly out: string
  readonly scene: SceneName
  readonly seed: number
  readonly frames: number
  readonly width: number
  readonly height: number
  readonly fps: number
  /** Ground-truth boxes in all. */
  readonly boxes: number
  /** Frames that show somebody. */
  readonly activeFrames: number
  /** Times that somebody came into the picture. */
  readonly entries: number
}

/** Moments averaged into one frame for motion blur. */
const blurExposures = 4

/**
 * Renders a scene into `video.mp4` with its exact ground truth beside it: `gt/gt.txt` and `seqinfo.ini` (MOT
 * Challenge), `positions.csv`, `ball.csv`, `entries.csv`, `homographies.jsonl`, `scene.json`. All files appear together
 * at the end, or none does. The same options give the same ground truth and the same pixels.
 * @throws SightlineError `SL_CANCELLED`, `SL_OUTPUT_FULL`, `SL_OUTPUT_UNWRITABLE`.
 */
export async function simulate(options: SimulateOptions): Promise<SimulationSummary> {
  const { out, scene, fps, width, height, seed, signal } = options
  const seconds = options.recorded ? Math.min(options.seconds, options.recorded.seconds) : options.seconds
  const frames = Math.max(1, Math.round(seconds * fps))
  const random = new SeededRandom(seed)
  const world = openWorld(options, random.fork(), seconds)
  const renderer = new Renderer(scene === 'pitch' ? stadium() : forecourt(), { ...options, random: random.fork() })
  const exposures = options.blur ? blurExposures : 1

  using output = new OutputFolder(out)
  using truthFolder = new OutputFolder(join(out, 'gt'))
  const truthFiles = new TruthFiles(output, truthFolder, { name: basename(resolve(out)), fps, frames, width, height })
  await using video = await openVideoWriter(output.place('video.mp4'), { width, height, fps })
  let encoding: Promise<void> | undefined
  let boxes = 0
  let activeFrames = 0
  for (const shot of film(world, { fps, frames, exposures })) {
    if (signal?.aborted)
      throw new SightlineError(
        'SL_CANCELLED',
        `The simulation was stopped after ${shot.index} of ${frames} frames; nothing was written.`
      )
    const truth = frameTruth(shot.moment)
    truthFiles.add(shot, truth)
    boxes += truth.people.length
    if (truth.people.length > 0) activeFrames++
    const picture = renderer.render(shot)
    await encoding // One frame is encoded while the next is drawn.
    encoding = video.write(picture, shot.ptsMs)
    encoding.catch(() => {}) // Reported by the next await.
    options.onFrame?.(shot.index + 1, frames)
  }
  await encoding
  await video.finish()
  const summary = { out, scene, seed, frames, width, height, fps, boxes, activeFrames, entries: truthFiles.finish() }
  output.file('scene.json', sceneJson(options, summary))
  truthFolder.commit()
  output.commit()
  return summary
}

/** What made the scene, to make it again. */
function sceneJson(
  { camera, noise, shadows, blur, players, activity, seconds }: SimulateOptions,
  summary: SimulationSummary
): string {
  const { out: _, ...facts } = summary
  return `${JSON.stringify({ version: 1, ...facts, seconds, camera, noise, shadows, blur, players, activity }, null, 2)}\n`
}

function openWorld(
  { scene, width, height, camera, players, activity, recorded }: SimulateOptions,
  random: SeededRandom,
  seconds: number
): World {
  if (recorded) return new ReplayWorld(random, recorded, width, height, camera)
  if (scene === 'entrance') return new EntranceWorld(random, { width, height, seconds, activity })
  return new MatchWorld(random, { width, height, camera, playersPerTeam: players })
}
