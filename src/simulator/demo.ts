import { SightlineError } from '../core/errors.ts'
import { openVideoWriter } from '../media/encode.ts'
import { EntranceWorld } from './entrance/entrance-world.ts'
import { SeededRandom } from './random.ts'
import { forecourt } from './render/forecourt.ts'
import { Renderer } from './render/renderer.ts'
import { film } from './scene.ts'

const picture = { width: 640, height: 360 }
const fps = 15
/** A round. Longer ones take longer before the first picture: drawing is about fifteen times as fast as watching. */
const seconds = 30
const seed = 6
/** People in view at once, on average. */
const people = 2.5
/** Ways that lead from one side of the picture to the other. */
const visitSeconds = 9

/** Draws the scene that is shown before there is a camera: people at an entrance, in a loop without a seam. Throws SL_CANCELLED. */
export async function renderDemo(path: string, signal: AbortSignal): Promise<void> {
  const random = new SeededRandom(seed)
  const world = new EntranceWorld(random.fork(), { ...picture, seconds, activity: people, visitSeconds, loops: true })
  const renderer = new Renderer(forecourt(), { ...picture, shadows: true, noise: 1, random: random.fork() })
  await using video = await openVideoWriter(path, { ...picture, fps, gop: fps * 2 })
  let encoding: Promise<void> | undefined
  for (const shot of film(world, { fps, frames: seconds * fps, exposures: 1 })) {
    if (signal.aborted) throw new SightlineError('SL_CANCELLED', 'Drawing was stopped.')
    const drawn = renderer.render(shot)
    await encoding // One frame is encoded while the next is drawn.
    encoding = video.write(drawn, shot.ptsMs)
    encoding.catch(() => {}) // Reported by the next await.
  }
  await encoding
  await video.finish()
}
