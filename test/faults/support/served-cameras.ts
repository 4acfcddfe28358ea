import { join } from 'node:path'
import { freePort } from '../../services/free-port.ts'
import { type RtspServer, type ServedClip, startGo2rtc, startGStreamer } from '../../services/rtsp-servers.ts'
import { makeClip } from '../../support/make-clip.ts'
import { movingSquare } from '../../support/moving-square.ts'
import { standsStill } from './process-figures.ts'
import { until } from './until.ts'

const starters = { gstreamer: startGStreamer, go2rtc: startGo2rtc }

/** Streams of an RTSP server that is none of ours, which can die, hang and come back at the same address. */
export class ServedCameras implements AsyncDisposable {
  readonly missing = false
  readonly names: readonly string[]
  readonly #kind: keyof typeof starters
  readonly #clips: readonly ServedClip[]
  readonly #port: number
  #server!: RtspServer
  #shown = 0

  private constructor(
    kind: keyof typeof starters,
    names: readonly string[],
    clips: readonly ServedClip[],
    port: number
  ) {
    this.#kind = kind
    this.names = names
    this.#clips = clips
    this.#port = port
  }

  /** Or a sentence that says what is missing. All streams show the first of `clips`. */
  static async start(
    kind: keyof typeof starters,
    names: readonly string[],
    clips: readonly ServedClip[]
  ): Promise<ServedCameras | { readonly missing: string }> {
    const started = new ServedCameras(kind, names, clips, await freePort())
    const missing = await started.#start()
    return missing === undefined ? started : { missing }
  }

  url(name: string): string {
    return this.#server.url(name)
  }

  /** Again, where it was killed. */
  async begin(): Promise<void> {
    const missing = await this.#start()
    if (missing !== undefined) throw new Error(missing)
  }

  kill(): Promise<void> {
    return this.#server.kill()
  }

  async freeze(): Promise<void> {
    const { pid } = this.#server
    process.kill(pid, 'SIGSTOP')
    await until(`${this.#kind} stands still`, () => standsStill(pid))
  }

  thaw(): void {
    process.kill(this.#server.pid, 'SIGCONT')
  }

  /** All show another of their clips from now on: it is started anew. */
  async change(clip: number): Promise<void> {
    this.#shown = clip
    await this.kill()
    await this.begin()
  }

  async #start(): Promise<string | undefined> {
    const clip = this.#clips[this.#shown]!
    const shown = Object.fromEntries(this.names.map(name => [name, clip]))
    const server = await starters[this.#kind](shown, { port: this.#port })
    if (server.missing !== false) return server.missing
    this.#server = server
    return undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}

/** As `squareClips`, for servers that play a file to its end: a minute in H.264, and one in H.265. */
export async function servedSquares(folder: string): Promise<readonly ServedClip[]> {
  const pictures: Buffer[] = []
  const paint = (index: number, width: number, height: number) =>
    (pictures[index % 100] ??= movingSquare(index % 100, width, height))
  return Promise.all(
    (['h264', 'h265'] as const).map(async codec => {
      const path = join(folder, `served-${codec}.mkv`)
      await makeClip(path, { codec, width: 320, height: 240, frames: 600, fps: 10, gop: 10, paint })
      return { path, codec }
    })
  )
}
