import { Filter, type FilterContext, FilterGraph, Frame } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { ffmpegReason } from './ffmpeg.ts'
import { type PictureSize, squarePixelSize } from './pixel-aspect.ts'
import { type Rotation, uprightFilters } from './rotation.ts'

/** Brings decoded pictures upright and to square pixels, so that everything after it sees what the viewer sees. */
export class Turner implements Disposable {
  readonly #rotation: Rotation
  #graph: FilterGraph | undefined
  #source: FilterContext | undefined
  #sink: FilterContext | undefined
  #shape = ''

  /** @param rotation clockwise turn that brings pictures upright */
  constructor(rotation: Rotation) {
    this.#rotation = rotation
  }

  /**
   * Takes `frame` over and gives back one that is as it is looked at, the same where nothing is to be done.
   * @param rotation of this one, where it is another
   * @throws SL_INTERNAL where FFmpeg cannot
   */
  async turn(frame: Frame, rotation = this.#rotation): Promise<Frame> {
    const { num, den } = frame.sampleAspectRatio
    const size = squarePixelSize(frame, num / den)
    if (rotation === 0 && !size) return frame
    const shape = `${frame.width}x${frame.height}:${frame.format}>${size?.width}x${size?.height}@${rotation}`
    try {
      if (shape !== this.#shape) await this.#build(frame, size, rotation, shape)
    } catch (error) {
      frame.free()
      throw error
    }
    const turned = new Frame()
    turned.alloc()
    const pts = frame.bestEffortTimestamp
    const sent = await this.#source!.buffersrcAddFrame(frame)
    frame.free()
    const got = sent < 0 ? sent : await this.#sink!.buffersinkGetFrame(turned)
    if (got < 0) {
      turned.free()
      this.#shape = '' // A chain that failed once fails from then on.
      throw new SightlineError('SL_INTERNAL', `A picture could not be turned upright: ${ffmpegReason(got)}.`)
    }
    turned.pts = pts
    return turned
  }

  async #build(frame: Frame, size: PictureSize | undefined, rotation: Rotation, shape: string): Promise<void> {
    this.#graph?.free()
    const graph = new FilterGraph()
    this.#graph = graph
    graph.alloc()
    const arguments_ = `video_size=${frame.width}x${frame.height}:pix_fmt=${frame.format}:time_base=1/1000:pixel_aspect=1/1`
    const scaling = size ? ([['scale', `w=${size.width}:h=${size.height}:flags=bicubic`]] as const) : []
    const chain = [['buffer', arguments_], ...scaling, ...uprightFilters[rotation], ['buffersink', null]] as const
    const contexts = chain.map(
      ([name, options], i) => graph.createFilter(Filter.getByName(name)!, `${name}${i}`, options)!
    )
    for (let i = 1; i < contexts.length; i++) contexts[i - 1]!.link(0, contexts[i]!, 0)
    const code = await graph.config()
    if (code < 0) {
      this.#shape = ''
      throw new SightlineError('SL_INTERNAL', `Pictures cannot be turned upright: ${ffmpegReason(code)}.`)
    }
    this.#source = contexts[0]
    this.#sink = contexts.at(-1)
    this.#shape = shape
  }

  [Symbol.dispose](): void {
    this.#graph?.free()
    this.#graph = undefined
  }
}
