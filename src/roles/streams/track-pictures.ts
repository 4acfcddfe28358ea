import type { LogRecord, TrackRecord } from '../../contract/record.ts'
import type { TrackFrame } from '../../measures/track-frame.ts'
import type { RgbaPicture, VideoFrame } from '../../media/frame.ts'
import { JpegEncoder } from '../../media/jpeg-encoder.ts'
import { TrackPicture } from '../../report/track-picture.ts'
import type { PicturePost } from './picture-post.ts'
import type { RecordOutlet } from './record-outlet.ts'

/** Between two looks at the pixels. Each takes a millisecond or two; lower it for better pictures of who passes fast. */
const betweenMs = 200
/** How many times as good a frame has to promise to be; higher looks less often and settles for worse. */
const betterBy = 1.3
/** Tracks whose picture is kept in memory, at up to 98 KB. Those that come while so many are there go without. */
const mostTracks = 48
/** Pictures that may be on their way to being kept. */
const mostUnderWay = 32
/** Of one stream, so many at once and so many an hour after that: 6 KB each, so 170 MB a day at most. */
const burst = 60
const perMs = 1200 / 3_600_000
/** What was seen less often is mostly noise. */
const fewestDetections = 3
/** Less shows nothing. */
const fewestSidePx = 8
const quality = 88

/** In the place of one that was never looked at: all is better. */
const unseen = new TrackPicture()
/** For all streams of the worker; sizes differ from picture to picture anyway. */
const encoder = new JpegEncoder()

/**
 * The best picture of each track of one stream: a crop of the frame on which it was seen best, kept among the assets when the
 * track is over. Its row waits for that, so that it never names what is not there.
 */
export class TrackPictures {
  readonly #stream: string
  readonly #post: Pick<PicturePost, 'send'>
  readonly #outlet: Pick<RecordOutlet, 'add'>
  /** Of the epoch under way, by track. */
  #tracks = new Map<number, TrackPicture>()
  readonly #underWay = new Set<Promise<void>>()
  #nextMs = Number.NEGATIVE_INFINITY
  #credit = burst
  #creditMs = 0

  constructor(stream: string, post: Pick<PicturePost, 'send'>, outlet: Pick<RecordOutlet, 'add'>) {
    this.#stream = stream
    this.#post = post
    this.#outlet = outlet
  }

  /** An epoch begins: its tracks are others. */
  begin(): void {
    this.#tracks = new Map()
    this.#nextMs = this.#creditMs = Number.NEGATIVE_INFINITY
  }

  /** Frame and rows have to stay as they are until this is done. Looks at one track at most. */
  seen(frame: VideoFrame, { rows, outcome, ptsMs }: TrackFrame): Promise<void> | void {
    if (outcome !== 'analysed' || frame.isLeftOut || rows.count === 0 || ptsMs < this.#nextMs) return
    let best: { readonly row: number; readonly expected: number; readonly rank: number } | undefined
    for (let row = 0; row < rows.count; row++) {
      if (rows.observed[row] !== 1) continue
      const known = this.#tracks.get(rows.trackIds[row]!)
      if (!known && this.#tracks.size >= mostTracks) continue
      const expected = (known ?? unseen).promise(frame, rows, row, betterBy)
      if (expected === undefined) continue
      // Who has none yet goes first.
      const rank = known?.picture ? expected : expected + 1
      if (!best || rank > best.rank) best = { row, expected, rank }
    }
    if (!best) return
    this.#nextMs = ptsMs + betweenMs
    const trackId = rows.trackIds[best.row]!
    const picture = this.#tracks.get(trackId) ?? new TrackPicture()
    this.#tracks.set(trackId, picture)
    // A stream goes on without a picture that cannot be had.
    return picture.crop(frame, rows, best.row, best.expected).catch(() => undefined)
  }

  /** Records that can go at once. A track with a picture follows by itself, when that is kept. */
  hold(records: readonly LogRecord[]): readonly LogRecord[] {
    return records.some(({ type }) => type === 'track') ? records.filter(record => !this.#holds(record)) : records
  }

  /** All records have followed. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  #holds(record: LogRecord): boolean {
    if (record.type !== 'track') return false
    const { trackId, detections, lastPtsMs } = record.body
    const picture = this.#tracks.get(trackId)?.take()
    this.#tracks.delete(trackId)
    if (!picture || Math.min(picture.width, picture.height) < fewestSidePx || detections < fewestDetections)
      return false
    if (this.#underWay.size >= mostUnderWay || !this.#pays(lastPtsMs)) return false
    const following: Promise<void> = this.#follow(record, picture).finally(() => this.#underWay.delete(following))
    this.#underWay.add(following)
    return true
  }

  async #follow(record: TrackRecord, picture: RgbaPicture): Promise<void> {
    const { epoch, body } = record
    let digest: string | undefined
    try {
      const { jpeg } = await encoder.encode(picture, { quality })
      digest = await this.#post.send({ stream: this.#stream, epoch, trackId: body.trackId }, jpeg)
    } catch {
      // The row goes without.
    }
    this.#outlet.add([{ ...record, body: { ...body, snapshot: digest ?? null } }])
  }

  #pays(ptsMs: number): boolean {
    const passedMs = Number.isFinite(this.#creditMs) ? Math.max(0, ptsMs - this.#creditMs) : 0
    this.#credit = Math.min(burst, this.#credit + passedMs * perMs)
    this.#creditMs = Math.max(this.#creditMs, ptsMs)
    if (this.#credit < 1) return false
    this.#credit--
    return true
  }
}
