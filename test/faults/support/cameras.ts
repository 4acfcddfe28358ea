import { join } from 'node:path'
import { freePort } from '../../services/free-port.ts'
import { makeClip, testPicture } from '../../support/make-clip.ts'
import { movingSquare } from '../../support/moving-square.ts'
import type { CamerasTask } from './camera-program.ts'
import type { CameraTask, ShownClip } from './camera-show.ts'
import { NodeChild } from './child-process.ts'
import type { PublishersTask } from './publisher-program.ts'
import { SeededChance } from './seeded-chance.ts'
import { until } from './until.ts'

const program = join(import.meta.dirname, 'camera-program.ts')
const publisherProgram = join(import.meta.dirname, 'publisher-program.ts')

export interface CamerasOptions {
  /** Default 127.0.0.1, and a free port there. */
  readonly host?: string
  readonly port?: number
  /** Programs that run it, such as `ip netns exec NAME`. */
  readonly under?: readonly string[]
  /** They send by WHIP to that address, `http://…/whip`, and nobody has to dial them. */
  readonly whip?: string
}

/** RTSP cameras in a process of their own, which can die, hang and come back at the same address. */
export class Cameras implements AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly #options: CamerasOptions
  readonly #cameras: CamerasTask['cameras']
  #child!: NodeChild
  #isReady = false
  #counts: Readonly<Record<string, readonly number[]>> | undefined

  private constructor(cameras: CamerasTask['cameras'], port: number, options: CamerasOptions) {
    this.#cameras = cameras
    this.#options = options
    this.host = options.host ?? '127.0.0.1'
    this.port = port
  }

  static async start(cameras: Readonly<Record<string, CameraTask>>, options: CamerasOptions = {}): Promise<Cameras> {
    const started = new Cameras(cameras, options.port ?? (await freePort()), options)
    await started.begin()
    return started
  }

  url(name: string): string {
    return this.#options.whip === undefined ? `rtsp://${this.host}:${this.port}/${name}` : 'push:'
  }

  /** They send by WHIP. */
  get areSent(): boolean {
    return this.#options.whip !== undefined
  }

  get names(): readonly string[] {
    return Object.keys(this.#cameras)
  }

  /** Again, where it was killed. */
  async begin(): Promise<void> {
    this.#isReady = false
    const { whip } = this.#options
    const own: CamerasTask = { host: this.host, port: this.port, cameras: this.#cameras }
    const publishing: PublishersTask | undefined = whip === undefined ? undefined : { whip, cameras: this.#cameras }
    this.#child = new NodeChild([publishing ? publisherProgram : program, JSON.stringify(publishing ?? own)], {
      under: this.#options.under,
      onLine: line => {
        if (line === 'ready') this.#isReady = true
        if (line.startsWith('counts ')) this.#counts = JSON.parse(line.slice(7))
      }
    })
    const child = this.#child
    await until('the cameras listen', () => this.#isReady || !child.isRunning, { why: () => child.said })
    if (!child.isRunning) throw new Error(`The cameras ended: ${child.said}`)
  }

  kill(): Promise<void> {
    return this.#child.kill()
  }

  freeze(): Promise<void> {
    return this.#child.freeze()
  }

  thaw(): void {
    this.#child.thaw()
  }

  /** All show another of their clips from now on, on new connections. */
  async change(clip: number): Promise<void> {
    for (const name of this.names) this.#child.tell(`show ${name} ${clip}`)
  }

  /** All show another clip of the same codec, on the connections that are open. */
  turnTo(clip: number): void {
    for (const name of this.names) this.#child.tell(`turn ${name} ${clip}`)
  }

  /** All stand still; connections stay. */
  hold(): void {
    this.#child.tell('hold')
  }

  /** Pictures sent, by camera, on each of its connections. */
  async counts(): Promise<Readonly<Record<string, readonly number[]>>> {
    this.#counts = undefined
    this.#child.tell('count')
    await until('the cameras count', () => this.#counts !== undefined)
    return this.#counts!
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child[Symbol.asyncDispose]()
  }
}

/** A calm scene, at a rate as the small streams of cameras have. */
export async function smallClip(folder: string): Promise<ShownClip> {
  const path = join(folder, 'small.mp4')
  await makeClip(path, { width: 640, height: 480, frames: 100, fps: 10, gop: 10, paint: leaves })
  return { path, codec: 'h264' }
}

/** A clip with some 60 packets to each key frame. */
export async function busyClip(folder: string): Promise<ShownClip> {
  const path = join(folder, 'busy.mp4')
  const paint = (index: number, width: number, height: number) => leaves(index, width, height, 240)
  await makeClip(path, { width: 640, height: 480, frames: 20, fps: 10, gop: 10, paint })
  return { path, codec: 'h264' }
}

/** A calm picture but for a corner in which everything moves: some 3 kB each, with a side of 40 pixels. */
function leaves(index: number, width: number, height: number, side = 40): Buffer {
  const chance = new SeededChance(index)
  const data = testPicture(index, width, height)
  for (let y = height - side; y < height; y++)
    for (let x = width - side; x < width; x++)
      data.fill(chance.below(256), (y * width + x) * 4, (y * width + x) * 4 + 3)
  return data
}

const squareForms = [
  { codec: 'h264', encoder: 'h264', width: 320, height: 240 },
  { codec: 'hevc', encoder: 'h265', width: 320, height: 240 },
  { codec: 'mjpeg', encoder: 'mjpeg', width: 320, height: 240 },
  { codec: 'h264', encoder: 'h264', width: 640, height: 360 }
] as const

/** A square that comes, walks and leaves within ten seconds, as clips for `Cameras`: H.264, H.265, MJPEG, and larger in H.264. */
export async function squareClips(folder: string): Promise<readonly ShownClip[]> {
  return Promise.all(squareForms.map(form => makeSquare(folder, form)))
}

/** The first of `squareClips`. */
export async function squareClip(folder: string): Promise<ShownClip> {
  return makeSquare(folder, squareForms[0])
}

const sentForms = [
  { codec: 'h264', width: 320, height: 240 },
  { codec: 'vp8', width: 320, height: 240 },
  { codec: 'vp8', width: 160, height: 120 },
  { codec: 'h264', width: 160, height: 120 }
] as const

/** The same as browsers send it, half a minute with one key frame: H.264, VP8, VP8 smaller, and H.264 smaller. */
export async function sentSquares(folder: string): Promise<readonly ShownClip[]> {
  return Promise.all(
    sentForms.map(async ({ codec, width, height }) => {
      const path = join(folder, `sent-${codec}-${width}.mkv`)
      const pictures: Buffer[] = []
      const paint = (index: number) => (pictures[index % 100] ??= movingSquare(index % 100, width, height))
      await makeClip(path, { codec, width, height, frames: 300, fps: 10, gop: 300, paint })
      return { path, codec }
    })
  )
}

async function makeSquare(folder: string, form: (typeof squareForms)[number]): Promise<ShownClip> {
  const { codec, encoder, width, height } = form
  const path = join(folder, `square-${codec}-${width}.${codec === 'mjpeg' ? 'mkv' : 'mp4'}`)
  await makeClip(path, { codec: encoder, width, height, frames: 100, fps: 10, gop: 10, paint: movingSquare })
  return { path, codec }
}
