import { SightlineError } from '../core/errors.ts'
import { DecodedFrame } from './decoded-frame.ts'
import { Decoder, timestampOf } from './decoder.ts'
import { type ContainerFacts, Demuxer } from './demuxer.ts'
import type { VideoFrame } from './frame.ts'
import { FrameOrder } from './frame-order.ts'
import { freshStartOf } from './fresh-start.ts'
import type { GroupDecoderParts } from './group-decoder.ts'
import { HardwareUse } from './hardware-use.ts'
import type { InputAddress } from './input-address.ts'
import { Scaler } from './scaler.ts'
import { sparseFrames } from './sparse-frames.ts'
import { Turner } from './turner.ts'
import { defaultMaxPixels, type Video, type VideoFacts, type VideoOptions } from './video.ts'

/** A recording in a container. */
export class EncodedVideo implements Video {
  readonly facts: VideoFacts
  readonly #demuxer: Demuxer
  readonly #decoder: Decoder
  readonly #frames: AsyncGenerator<VideoFrame>
  readonly #closing: AsyncDisposableStack
  #first: VideoFrame | undefined

  private constructor(
    demuxer: Demuxer,
    decoder: Decoder,
    frames: AsyncGenerator<VideoFrame>,
    first: VideoFrame,
    facts: VideoFacts,
    closing: AsyncDisposableStack
  ) {
    this.#demuxer = demuxer
    this.#decoder = decoder
    this.#frames = frames
    this.#first = first
    this.facts = facts
    this.#closing = closing
  }

  /** Opens the recording up to its first frame, so that what cannot be decoded fails here. */
  static async open(
    address: Exclude<InputAddress, { kind: 'pictures' }>,
    options: VideoOptions
  ): Promise<EncodedVideo> {
    const { maxPixels = defaultMaxPixels, fromMs = 0, toMs, signal } = options
    await using opening = new AsyncDisposableStack()
    const demuxer = opening.use(await Demuxer.open(address, { maxPixels, signal }))
    const hardware = options.decoding && new HardwareUse(options.decoding)
    const decoder = opening.use(await Decoder.open(demuxer, { maxPixels, threads: options.decodeThreads, hardware }))
    const scaler = opening.use(new Scaler())
    const turner = opening.use(new Turner(demuxer.facts.rotation))
    if (fromMs > 0) await demuxer.seek(fromMs)
    const parts = { demuxer, decoder, turner, scaler, order: new FrameOrder(demuxer.facts.fps, options) }
    const startsFresh =
      options.watch && freshStartOf(demuxer.stream.codecpar.codecId, demuxer.stream.codecpar.extradata)
    const frames =
      options.watch && startsFresh
        ? sparseFrames(
            { ...parts, scout: opening.use(await Decoder.open(demuxer, { maxPixels, threads: 1 })) },
            startsFresh,
            options.watch
          )
        : decodedFrames(parts)
    const first = await frames.next()
    if (first.done) {
      const broken = demuxer.brokenPackets + decoder.brokenPackets
      throw noFrames(demuxer.facts.title, fromMs > 0 || toMs !== undefined, broken)
    }
    const facts = videoFacts(demuxer.facts, decoder.codecName, first.value, options)
    return new EncodedVideo(demuxer, decoder, frames, first.value, facts, opening.move())
  }

  get brokenPackets(): number {
    return this.#demuxer.brokenPackets + this.#decoder.brokenPackets
  }

  get notice(): SightlineError | undefined {
    return this.#decoder.notice
  }

  get truncated(): boolean {
    return this.#demuxer.truncated
  }

  async *frames(): AsyncGenerator<VideoFrame> {
    const first = this.#first
    this.#first = undefined
    if (first) yield first
    yield* this.#frames
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Ends a decoding step still under way before its contexts are freed.
    await this.#frames.return(undefined)
    this.#first?.[Symbol.dispose]()
    await this.#closing.disposeAsync()
  }
}

async function* decodedFrames({
  demuxer,
  decoder,
  turner,
  scaler,
  order
}: Omit<GroupDecoderParts, 'scout'>): AsyncGenerator<VideoFrame, undefined> {
  for await (const frame of decoder.frames()) {
    const timestamp = timestampOf(frame)
    const place = order.next(timestamp === undefined ? undefined : demuxer.toMs(timestamp))
    if (typeof place === 'object') {
      yield new DecodedFrame(await turner.turn(frame), place.index, place.ptsMs, scaler)
      continue
    }
    frame.free()
    if (place === 'over') return
  }
}

function videoFacts(
  facts: ContainerFacts,
  codec: string,
  first: VideoFrame,
  { fromMs = 0, toMs }: VideoOptions
): VideoFacts {
  const { title, container, sizeBytes, rotation, fps, durationMs, promisedPackets } = facts
  const { width, height } = first
  return {
    ...{ title, container, codec, sizeBytes, width, height, rotation, fps, durationMs },
    expectedFrames: expectedFrames(fps, durationMs, promisedPackets, fromMs, toMs)
  }
}

function expectedFrames(
  fps: number | undefined,
  durationMs: number | undefined,
  promisedPackets: number | undefined,
  fromMs: number,
  toMs: number | undefined
): number | undefined {
  if (promisedPackets !== undefined && fromMs === 0 && toMs === undefined) return promisedPackets
  if (durationMs === undefined || fps === undefined) return undefined
  return Math.round((Math.max(0, Math.min(durationMs, toMs ?? durationMs) - fromMs) * fps) / 1000)
}

function noFrames(title: string, cut: boolean, broken: number): SightlineError {
  if (cut) return new SightlineError('SL_INPUT_NO_FRAMES', `${title} has no frames between --from and --to.`)
  return new SightlineError(
    'SL_INPUT_NO_FRAMES',
    `${title} has a video stream but not one frame in it could be decoded (${broken} broken packets).`
  )
}
