import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import type { PlayoutMode } from '../../web/src/live/playout.ts'
import { fakeCamera, startChromium } from '../services/chromium.ts'
import { type Probed, type ProbedPicture, probePicture, probeScript } from './live-probe.ts'
import { makeClip } from './make-clip.ts'
import { ServingProcess } from './serving-process.ts'
import { SignedIn } from './signed-in.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface ProbedServerOptions {
  /** Of every stream, beside its source. Default: the detector of motion. */
  readonly settings?: Omit<StreamSettings, 'source'>
  /** What cameras and the recording show: a time code above. RGBA. */
  readonly paint?: (index: number, width: number, height: number) => Buffer
  /** How often a camera can be published. */
  readonly cameras?: number
}

export interface Looks {
  /** Pictures to be looked at. The first third, while a page learns how long to hold them, counts for nothing. */
  readonly pictures: number
  readonly withinMs: number
}

export interface FrameErrors extends Pick<Probed, 'way' | 'complaint' | 'readings'> {
  /** For each picture, by how many frames the overlay took it for another one. */
  readonly errors: readonly number[]
  /** Pictures whose boxes were found on themselves, or on both sides of them. */
  readonly withOwnBoxes: number
}

export interface GlassTimes extends Pick<Probed, 'complaint' | 'readings'> {
  /** From the camera's picture to its boxes on the screen, milliseconds, in order of size. */
  readonly ms: readonly number[]
  readonly pictures: number
}

const size = { width: 640, height: 360 }
const fps = 25
/** A round of ten seconds: the same code of another round is told by the time. */
const frames = 250
const roundMs = (1000 * frames) / fps

/**
 * `sightline serve` with a recording that shows the numbers of its pictures, and with a browser whose camera does; in pages of its
 * own, the modules of web/ show either.
 */
export class ProbedServer implements AsyncDisposable {
  readonly #url: string
  /** May see and publish everything. */
  readonly #who: SignedIn
  readonly #cameraClip: string
  readonly #cameras: string[]
  readonly #parts: AsyncDisposableStack

  private constructor(url: string, who: SignedIn, cameraClip: string, cameras: string[], parts: AsyncDisposableStack) {
    this.#url = url
    this.#who = who
    this.#cameraClip = cameraClip
    this.#cameras = cameras
    this.#parts = parts
  }

  static async open({ settings, paint = probePicture, cameras = 2 }: ProbedServerOptions = {}): Promise<ProbedServer> {
    await using parts = new AsyncDisposableStack()
    const { path } = parts.use(await temporaryFolder())
    const clip = join(path, 'code.mp4')
    await makeClip(clip, { ...size, fps, frames, gop: fps, paint })
    const cameraClip = join(path, 'camera.mjpeg')
    await makeClip(cameraClip, { ...size, fps, frames, codec: 'mjpeg', format: 'mjpeg', paint })
    const looked = settings ?? { model: 'motion' }
    // One for each time: a browser that is just gone is waited for.
    const names = Array.from({ length: cameras }, (_, index) => `camera-${index}`)
    const streams = Object.fromEntries(names.map(name => [name, { source: 'push:', ...looked }]))
    const file = join(path, 'sightline.yaml')
    await writeFile(file, JSON.stringify({ streams: { code: { source: clip, ...looked }, ...streams } }))
    const serving = parts.use(new ServingProcess(join(path, 'data'), {}, ['--config', file]))
    const [, url = ''] = await serving.says(/(http:\S+)\/readyz/)
    await serving.says(/Ready/)
    return new ProbedServer(url, new SignedIn(url, serving.said), cameraClip, names, parts.move())
  }

  /** Shows the recording, and compares each picture with what the overlay took it for. */
  async frameErrors(way: 'whep' | 'fragments', { pictures, withinMs }: Looks): Promise<FrameErrors> {
    const probe = await this.#probe([], async page => {
      await page.evaluate(`watch('code', 'exact', ['${way}'])`)
      return enough(page, pictures, withinMs)
    })
    // While the hold is being learned, boxes may come late; the picture's time is right from the first on.
    const settled = probe.pictures.slice(Math.round(pictures / 3))
    const withOwnBoxes = settled.filter(({ origin }) => origin === 'exact' || origin === 'between').length
    return { ...probe, errors: settled.map(errorInFrames), withOwnBoxes }
  }

  /** Publishes the browser's camera, shows it in the same page, and finds each of its pictures again with its boxes. */
  async glassTimes(mode: PlayoutMode, { pictures, withinMs }: Looks): Promise<GlassTimes> {
    const stream = this.#cameras.shift()
    if (stream === undefined) throw new Error('Every camera was published once: open the server with more.')
    const probe = await this.#probe([`--use-file-for-fake-video-capture=${this.#cameraClip}`], async page => {
      await page.evaluate(`watch('${stream}', '${mode}', ['whep'])`)
      await page.evaluate(`publish('${stream}')`)
      return enough(page, pictures, withinMs)
    })
    const settled = probe.pictures.slice(Math.round(pictures / 3))
    const ms = settled.flatMap(({ epoch, ptsMs, code }) => {
      const [capturedMs, boxedMs] = [probe.captured[code], probe.boxed[`${epoch} ${ptsMs}`]]
      if (capturedMs === undefined || boxedMs === undefined) return []
      const tookMs = boxedMs - capturedMs
      return tookMs > 0 && tookMs < roundMs - 1000 ? [tookMs] : [] // Else of another round.
    })
    return { ...probe, ms: ms.sort((a, b) => a - b), pictures: probe.pictures.length }
  }

  async #probe(args: readonly string[], look: (page: Page) => Promise<Probed>): Promise<Probed> {
    await using chromium = await startChromium({ args: [...fakeCamera, ...args] })
    // What stands in for a page here may load nothing by itself.
    const context = await chromium.browser.newContext({ bypassCSP: true })
    await context.addCookies(await this.#who.cookies())
    const page = await context.newPage()
    await page.goto(`${this.#url}/healthz`) // Of the same origin, and without a page of its own.
    await page.evaluate(probeScript)
    return await look(page)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync()
  }
}

async function enough(page: Page, pictures: number, withinMs: number): Promise<Probed> {
  for (const endMs = performance.now() + withinMs; ; await pause(200)) {
    const probe = (await page.evaluate('probe')) as Probed
    if (probe.pictures.length >= pictures || performance.now() > endMs) return probe
  }
}

/** Pictures between what the overlay took a picture for and what it is, both within the clip's round. */
function errorInFrames({ code, ptsMs }: ProbedPicture): number {
  const shift = (ptsMs * fps) / 1000 - code
  return shift - Math.round(shift / frames) * frames
}
