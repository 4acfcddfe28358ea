import { cluster, movieFragment } from './fragment-bytes.ts'
import type { InitSegment } from './init-segment.ts'
import { type SampleForm, sampleFormOf } from './sample-form.ts'
import type { AccessUnit, SourceFormat } from './sources/source.ts'
import { type ViewOffset, ViewTimeline } from './view-timeline.ts'

/** A unit in the order of decoding and showing, which have to be the same. */
export interface FragmentUnit extends Pick<AccessUnit, 'data' | 'isKey'> {
  readonly epoch: number
  readonly ptsMs: number
  readonly format?: SourceFormat & { readonly width: number; readonly height: number }
}

export interface Fragment {
  /** To be given to the player before `data`: with the first picture, and where the codec's parameters change. */
  readonly init?: InitSegment & { readonly width: number; readonly height: number }
  /** How the player's time becomes `ptsMs` from this picture on, where that changes. */
  readonly offset?: ViewOffset
  readonly data: Buffer
  readonly mediaMs: number
}

/**
 * Makes a stream's units into an endless MP4 (H.264, H.265, AV1) or WebM (VP8, VP9) for a browser's MediaSource: a fragment for
 * each picture, as soon as it comes. A fragment costs 10 µs, so each viewer has a muxer of its own.
 */
export class FragmentMuxer {
  readonly #timeline = new ViewTimeline()
  #format: FragmentUnit['format']
  #form: SampleForm | undefined
  #header: Buffer | undefined
  /** Made, and not handed out. */
  #init: InitSegment | undefined
  #number = 0

  /**
   * Undefined before the first key frame with its parameters. One call at a time.
   * @throws SL_INPUT_CODEC_UNSUPPORTED for what no browser's player takes
   */
  async mux(unit: FragmentUnit): Promise<Fragment | undefined> {
    if (unit.format || unit.isKey) this.#init = (await this.#begin(unit)) ?? this.#init
    const format = this.#format
    if (!format || !this.#form || !this.#header) return undefined
    const pieces = this.#form.piecesOf(unit.data)
    if (pieces.length === 0) return undefined // Parameters alone, or nothing: players stop at an empty picture.
    const { offset, mediaMs, durationMs } = this.#timeline.next(unit.epoch, unit.ptsMs)
    const facts = { number: ++this.#number, mediaMs, durationMs, isKey: unit.isKey, pieces }
    const data = this.#form.container === 'mp4' ? movieFragment(facts) : cluster(facts)
    const { width, height } = format
    const init = this.#init && { ...this.#init, width, height }
    this.#init = undefined
    return { data, mediaMs, ...(init && { init }), ...(offset && { offset }) }
  }

  /** A new head, where there has to be one before this key frame. */
  async #begin({ data, isKey, format = this.#format }: FragmentUnit): Promise<InitSegment | undefined> {
    const before = this.#format
    this.#format = format
    if (!format || !isKey) return undefined
    const form = sampleFormOf(format.codec)
    const isOther = !before || !isAlike(before, format)
    const sets = [form?.headerOf(data), form?.headerOf(format.parameterSets), isOther ? undefined : this.#header]
    const header = sets.find(bytes => bytes && bytes.length > 0) ?? Buffer.alloc(0)
    if (!isOther && this.#header?.equals(header)) return undefined
    this.#header = undefined
    if (form?.container === 'mp4' && header.length === 0) return undefined
    const { codec, width, height } = format
    // FFmpeg takes 40 MB: only where somebody watches.
    const { initSegment } = await import('./init-segment.ts')
    const init = await initSegment({ codec, header, width, height })
    this.#form = form
    this.#header = header
    return init
  }
}

function isAlike(a: NonNullable<FragmentUnit['format']>, b: NonNullable<FragmentUnit['format']>): boolean {
  return a.codec === b.codec && a.width === b.width && a.height === b.height
}
