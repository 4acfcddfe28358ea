import { SightlineError } from '../core/errors.ts'
import { DecodedFrame } from './decoded-frame.ts'
import { Decoder } from './decoder.ts'
import { Demuxer } from './demuxer.ts'
import type { VideoFrame } from './frame.ts'
import { resolveFile } from './input-address.ts'
import { Scaler } from './scaler.ts'
import { defaultMaxPixels, type Video, type VideoFacts, type VideoOptions } from './video.ts'

/** Pictures carry no time: they are taken as this many a second. */
const picturesPerSecond = 25

/** A folder of pictures in the order of their names, as if it were a recording. Pictures that cannot be read are counted. */
export class PictureFolder implements Video {
  readonly facts: VideoFacts
  readonly truncated = false
  brokenPackets = 0
  readonly #files: readonly string[]
  readonly #options: VideoOptions
  readonly #scaler = new Scaler({ stills: true })

  private constructor(files: readonly string[], options: VideoOptions, facts: VideoFacts) {
    this.#files = files
    this.#options = options
    this.facts = facts
  }

  static async open(folder: string, files: readonly string[], options: VideoOptions): Promise<PictureFolder> {
    const first = await firstReadable(folder, files, options.maxPixels ?? defaultMaxPixels)
    return new PictureFolder(files, options, {
      title: folder,
      container: 'pictures',
      codec: first.codec,
      sizeBytes: undefined,
      width: first.width,
      height: first.height,
      rotation: 0,
      fps: picturesPerSecond,
      durationMs: (files.length * 1000) / picturesPerSecond,
      expectedFrames: files.length
    })
  }

  async *frames(): AsyncGenerator<VideoFrame> {
    const { fromMs = 0, toMs = Number.POSITIVE_INFINITY, signal, maxPixels = defaultMaxPixels } = this.#options
    let index = 0
    for (const [position, file] of this.#files.entries()) {
      const ptsMs = Math.round((position * 1000) / picturesPerSecond)
      if (ptsMs >= toMs || signal?.aborted) return
      if (ptsMs < fromMs) continue
      const picture = await decodePicture(file, maxPixels, index, ptsMs, this.#scaler).catch(() => undefined)
      if (!picture) {
        this.brokenPackets++
        continue
      }
      index++
      yield picture.frame
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#scaler[Symbol.dispose]()
  }
}

/** Opens one picture as a frame. The picture's scaler lives as long as the frame. Throws an SL_INPUT_… error. */
export async function openPicture(path: string, maxPixels = defaultMaxPixels): Promise<VideoFrame> {
  const { frame } = await decodePicture(path, maxPixels, 0, 0, new Scaler({ stills: true }))
  return frame
}

interface Picture {
  readonly codec: string
  readonly frame: DecodedFrame
}

async function decodePicture(
  path: string,
  maxPixels: number,
  index: number,
  ptsMs: number,
  scaler: Scaler
): Promise<Picture> {
  await using demuxer = await Demuxer.open(await resolveFile(path), { maxPixels, pictures: true })
  using decoder = await Decoder.open(demuxer, maxPixels, 1)
  for await (const frame of decoder.frames()) {
    return { codec: decoder.codecName, frame: new DecodedFrame(frame, index, ptsMs, scaler) }
  }
  throw new SightlineError('SL_INPUT_NO_FRAMES', `${path} is a picture that cannot be decoded.`)
}

/** Facts of the first picture that can be decoded; with a single picture, its own error says what is wrong. */
async function firstReadable(
  folder: string,
  files: readonly string[],
  maxPixels: number
): Promise<Pick<VideoFacts, 'codec' | 'width' | 'height'>> {
  for (const file of files) {
    try {
      const { codec, frame } = await decodePicture(file, maxPixels, 0, 0, new Scaler({ stills: true }))
      using _ = frame
      return { codec, width: frame.width, height: frame.height }
    } catch (error) {
      if (files.length === 1) throw error
    }
  }
  throw new SightlineError('SL_INPUT_NO_FRAMES', `${folder} has ${files.length} pictures, and none can be read.`)
}
