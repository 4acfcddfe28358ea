import { SightlineError } from '../core/errors.ts'
import { DecodedFrame } from './decoded-frame.ts'
import { Decoder } from './decoder.ts'
import { Demuxer } from './demuxer.ts'
import type { VideoFrame } from './frame.ts'
import { headerSize } from './header-size.ts'
import { resolveFile } from './input-address.ts'
import { tooLarge } from './open-failure.ts'
import { Scaler } from './scaler.ts'
import { defaultMaxPixels, type Video, type VideoFacts, type VideoOptions } from './video.ts'

/** Pictures carry no time: they are taken as this many a second. */
const picturesPerSecond = 25

interface Place {
  readonly file: string
  readonly ptsMs: number
}

/** A folder of pictures in the order of their names, as if it were a recording. Pictures that cannot be read are counted. */
export class PictureFolder implements Video {
  readonly facts: VideoFacts
  readonly truncated = false
  brokenPackets = 0
  readonly #places: readonly Place[]
  readonly #options: VideoOptions
  readonly #scaler = new Scaler({ stills: true })

  private constructor(places: readonly Place[], options: VideoOptions, facts: VideoFacts) {
    this.#places = places
    this.#options = options
    this.facts = facts
  }

  /** Throws SL_INPUT_NO_FRAMES when no picture within the time range can be read, SL_INPUT_TOO_LARGE. */
  static async open(folder: string, files: readonly string[], options: VideoOptions): Promise<PictureFolder> {
    const { fromMs = 0, toMs = Number.POSITIVE_INFINITY, maxPixels = defaultMaxPixels } = options
    const places = files
      .map((file, position) => ({ file, ptsMs: Math.round((position * 1000) / picturesPerSecond) }))
      .filter(({ ptsMs }) => ptsMs >= fromMs && ptsMs < toMs)
    if (places.length === 0)
      throw new SightlineError('SL_INPUT_NO_FRAMES', `${folder} has no pictures between --from and --to.`)
    const first = await firstReadable(folder, places, maxPixels)
    return new PictureFolder(places, options, {
      title: folder,
      container: 'pictures',
      codec: first.codec,
      sizeBytes: undefined,
      width: first.width,
      height: first.height,
      rotation: 0,
      fps: picturesPerSecond,
      durationMs: (files.length * 1000) / picturesPerSecond,
      expectedFrames: places.length
    })
  }

  async *frames(): AsyncGenerator<VideoFrame> {
    const { signal, maxPixels = defaultMaxPixels } = this.#options
    let index = 0
    for (const { file, ptsMs } of this.#places) {
      if (signal?.aborted) return
      const picture = await decodePicture(file, maxPixels, index, ptsMs, this.#scaler).catch(passOverBroken)
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
  using decoder = await Decoder.open(demuxer, { maxPixels, threads: 1 })
  for await (const frame of decoder.frames()) {
    return { codec: decoder.codecName, frame: new DecodedFrame(frame, index, ptsMs, scaler) }
  }
  await refuseTooLarge(path, maxPixels)
  throw new SightlineError('SL_INPUT_NO_FRAMES', `${path} is a picture that cannot be decoded.`)
}

/** The decoder says only that it failed, also where it kept to its limit. */
async function refuseTooLarge(path: string, maxPixels: number): Promise<void> {
  await using demuxer = await Demuxer.open(await resolveFile(path), { maxPixels, pictures: true })
  const size = await headerSize(demuxer)
  if (size && size.width * size.height > maxPixels) throw tooLarge(path, size, maxPixels)
}

/** Facts of the first picture that can be decoded; with a single picture, its own error says what is wrong. */
async function firstReadable(
  folder: string,
  places: readonly Place[],
  maxPixels: number
): Promise<Pick<VideoFacts, 'codec' | 'width' | 'height'>> {
  for (const { file } of places) {
    const reading = decodePicture(file, maxPixels, 0, 0, new Scaler({ stills: true }))
    const picture = await (places.length === 1 ? reading : reading.catch(passOverBroken))
    if (!picture) continue
    using frame = picture.frame
    return { codec: picture.codec, width: frame.width, height: frame.height }
  }
  throw new SightlineError('SL_INPUT_NO_FRAMES', `${folder} has ${places.length} pictures, and none can be read.`)
}

/** What is wrong with one picture costs that picture; a limit that was reached, and what is our fault, ends the reading. */
function passOverBroken(error: unknown): undefined {
  const broken = error instanceof SightlineError && error.code.startsWith('SL_INPUT_')
  if (!broken || error.code === 'SL_INPUT_TOO_LARGE') throw error
}
