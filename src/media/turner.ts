import { Filter, type FilterContext, FilterGraph, Frame } from 'node-av/lib'
import { SightlineError } from '../core/errors.ts'
import { ffmpegReason } from './ffmpeg.ts'
import { type Rotation, uprightFilters } from './rotation.ts'

/** Brings decoded pictures upright, so that everything after it sees what the viewer sees. */
export class Turner implements Disposable {
  readonly #rotation: Rotation
  #graph: FilterGraph | undefined
  #source: FilterContext | undefined
  #sink: FilterContext | undefined
  #shape = ''

  constructor(rotation: Rotation) {
    this.#rotation = rotation
  }

  /** Takes `frame` over and gives back an upright one, the same where nothing is to be turned. */
  async turn(frame: Frame): Promise<Frame> {
    if (this.#rotation === 0) return frame
    const shape = `${frame.width}x${frame.height}:${frame.format}`
    if (shape !== this.#shape) await this.#build(frame, shape)
    const turned = new Frame()
    turned.alloc()
    const pts = frame.bestEffortTimestamp
    const sent = await this.#source!.buffersrcAddFrame(frame)
    frame.free()
    const got = sent < 0 ? sent : await this.#sink!.buffersinkGetFrame(turned)
    if (got < 0) {
      turned.free()
      throw new SightlineError('SL_INTERNAL', `A picture could not be turned upright: ${ffmpegReason(got)}.`)
    }
    turned.pts = pts
    return turned
  }

  async #build(frame: Frame, shape: string): Promise<void> {
    this.#graph?.free()
    const graph = new FilterGraph()
    graph.alloc()
    const arguments_ = `video_size=${frame.width}x${frame.height}:pix_fmt=${frame.format}:time_base=1/1000:pixel_aspect=1/1`
    const chain = [['buffer', arguments_], ...uprightFilters[this.#rotation], ['buffersink', null]] as const
    const contexts = chain.map(
      ([name, options], i) => graph.createFilter(Filter.getByName(name)!, `${name}${i}`, options)!
    )
    for (let i = 1; i < contexts.length; i++) contexts[i - 1]!.link(0, contexts[i]!, 0)
    const code = await graph.config()
    if (code < 0) throw new SightlineError('SL_INTERNAL', `Pictures cannot be turned upright: ${ffmpegReason(code)}.`)
    this.#graph = graph
    this.#source = contexts[0]
    this.#sink = contexts.at(-1)
    this.#shape = shape
  }

  [Symbol.dispose](): void {
    this.#graph?.free()
    this.#graph = undefined
  }
}
