import { analysisDefaults } from '../../config/analysis-settings.ts'
import type { StreamSettings } from '../../config/stream-settings.ts'
import type { Event } from '../../contract/event.ts'
import { SightlineError } from '../../core/errors.ts'
import { toldMessage } from '../../core/told-message.ts'
import { ChangingMeasures } from '../../measures/changing-measures.ts'
import type { DefinedMeasures } from '../../measures/defined-measures.ts'
import { Lifecycle } from '../../measures/lifecycle.ts'
import type { TrackFrame } from '../../measures/track-frame.ts'
import type { VideoFrame } from '../../media/frame.ts'
import type { Calm } from '../../media/quiet-stretches.ts'
import { DetectionFilter } from '../../pipeline/detection-filter.ts'
import { everyNth, type FrameSampler, MotionSampler } from '../../pipeline/frame-sampler.ts'
import { FrameSlot } from '../../pipeline/frame-slot.ts'
import { Looker } from '../../pipeline/looker.ts'
import { runLiveStream } from '../../pipeline/stream-pipeline.ts'
import { createTracker } from '../../tracking/create-tracker.ts'
import type { Detector } from '../../vision/detector.ts'
import { MotionGate } from '../../vision/motion/motion-gate.ts'
import { relabelled } from '../../vision/relabelled-detector.ts'
import { EpochRecords, type RecordParts } from './epoch-records.ts'
import type { SharedDetector, StreamDetectors } from './stream-detectors.ts'
import type { SharedLooks, StreamEmbedders } from './stream-embedders.ts'
import { differInMetres, measuresOf } from './stream-measures.ts'
import { looksOf } from './track-look.ts'

export interface EpochParts extends RecordParts {
  readonly settings: StreamSettings
  /** Wall time of media time 0. */
  readonly baseMs: number
  readonly codec: string
  readonly reason: 'started' | 'returned' | 'changed'
  readonly detectors: Pick<StreamDetectors, 'take'>
  readonly embedders: Pick<StreamEmbedders, 'take'>
  /** Told of each frame's tracks; rows and frame are valid during the call and what it returns. */
  readonly seen: (frame: VideoFrame, tracks: TrackFrame) => Promise<void> | void
  /** The analysis cannot go on. */
  readonly failed: (error: unknown) => void
}

/** Nominal rate of cameras; trackers count by time, and take it for the length of one frame. */
const usualFps = 25

/**
 * One epoch of a stream: from the first picture of a connection, or of a new size, to its last. Its tracks, events and
 * trajectories belong together and to nothing else.
 */
export class StreamEpoch {
  readonly width: number
  readonly height: number
  readonly #parts: EpochParts
  #shared: SharedDetector
  readonly #known: SharedLooks | undefined
  #looker: Looker
  readonly #labels: readonly string[]
  readonly #slot: FrameSlot
  readonly #records: EpochRecords
  readonly #measures: ChangingMeasures
  #settings: StreamSettings
  #filter: DetectionFilter
  readonly #sampler: FrameSampler
  readonly #running: Promise<void>
  #isNew = true
  #isOver = false
  /** Media time of the last frame that was put in. */
  #putMs = 0

  private constructor(parts: EpochParts, first: VideoFrame, shared: SharedDetector, known: SharedLooks | undefined) {
    const { stream, settings, epoch, baseMs, counts } = parts
    const { width, height } = first
    this.#parts = parts
    this.#settings = settings
    this.#filter = filterOf(settings)
    this.#shared = shared
    this.#known = known
    this.width = width
    this.height = height
    this.#slot = new FrameSlot(settings.frameBuffer ?? 1, () => counts.frames('dropped-overload'))
    const { detector } = shared
    this.#labels = detector.labels
    this.#looker = this.#lookerOf(shared)
    const aspect = width / height
    const { measures: defined, wallTime } = measuresOf(settings, { stream, epoch, aspect, baseMs })
    const begin = { startEpochMs: wallTime.startEpochMs, utcOffsetMinutes: wallTime.utcOffsetMinutes }
    const header = { stream, epoch, width, height, fps: null, labels: [...this.#labels], wallTime: begin }
    const zones = { [Symbol.iterator]: () => this.#measures.zones[Symbol.iterator]() }
    const tracker = createTracker(settings.tracker ?? analysisDefaults.tracker, {
      frame: { width, height },
      fps: usualFps,
      reid: settings.reid
    })
    this.#records = new EpochRecords(parts, {
      ...{ header, baseMs, zones, first, lookOf: looksOf(tracker, () => this.#settings) },
      neededMs: () => this.#measures.neededMs
    })
    const { stages: behind } = this.#records
    this.#measures = new ChangingMeasures({ aspect, defined, before: [new Lifecycle({ stream, epoch })], behind })
    this.#sampler =
      settings.gate !== false && detector.name !== 'motion'
        ? new MotionSampler(new MotionGate(), () => this.#shared.turns.areTaken)
        : everyNth(1)
    this.#records.say({ kind: 'stream-up', reason: parts.reason, width, height, codec: parts.codec })
    this.#running = runLiveStream({
      slot: this.#slot,
      looker: () => this.#looker,
      labels: this.#labels,
      sampler: this.#sampler,
      filter: { apply: detections => this.#filter.apply(detections) },
      tracker,
      looks: known?.looks,
      measures: [this.#measures],
      sink: {
        take: (frame, tracks, _detections, events) => this.#take(frame, tracks, events),
        end: events => this.#records.end(events)
      },
      durations: parts.traces ?? counts
    })
    this.#running.catch(parts.failed)
  }

  static async begin(parts: EpochParts, first: VideoFrame): Promise<StreamEpoch> {
    const { settings, detectors, embedders } = parts
    await using held = new AsyncDisposableStack()
    const shared = held.use(await detectors.take(settings, first))
    const known = settings.reid && held.use(await embedders.take(settings.reid))
    const epoch = new StreamEpoch(parts, first, shared, known)
    held.move()
    return epoch
  }

  /** What finds things in it, and what is to be known about that. */
  get detection(): { readonly detector: string; readonly notice?: string } {
    const { detector, notice } = this.#shared
    return { detector: `${detector.name} on ${detector.provider}`, ...(notice !== undefined && { notice }) }
  }

  /**
   * Whether another detector may go on with its tracks: its classes are among those that the epoch began with.
   * @param classes those that are wanted of it; undefined: all
   */
  fitsDetector({ detector }: SharedDetector, classes: readonly string[] = detector.labels): boolean {
    const isMotion = ({ name }: Detector) => name === 'motion'
    const isAlike = isMotion(detector) === isMotion(this.#shared.detector)
    return !this.#isOver && isAlike && classes.every(label => this.#labels.includes(label))
  }

  /** Another detector looks from the next frame on. The one before is let go once it has answered for those that it has. */
  async look(shared: SharedDetector): Promise<void> {
    if (this.#isOver) return shared[Symbol.asyncDispose]()
    const [before, looker] = [this.#shared, this.#looker]
    this.#shared = shared
    this.#looker = this.#lookerOf(shared)
    await looker.emptied()
    await before[Symbol.asyncDispose]()
  }

  /**
   * Other lines, zones and rules measure from the next frame on, and boxes are passed over otherwise. False where that asks for
   * another epoch, and what is measured stays as it is.
   */
  change(settings: StreamSettings): boolean {
    if (this.#isOver) return true
    const before = this.#settings
    this.#settings = settings
    this.#filter = filterOf(settings)
    const defined = differInMetres(before, settings) ? undefined : this.#definedBy(settings)
    if (!defined) return false
    this.#records.flush()
    const events = this.#measures.change(defined, this.#records.recent)
    if (!events) return false
    this.#records.events(events)
    return true
  }

  /** Takes the frame over. */
  put(frame: VideoFrame): void {
    if (!frame.isLeftOut) this.#putMs = frame.ptsMs
    // One that has no picture and finds no room is as those that find some: nothing new.
    if (!this.#slot.put(frame)) this.#parts.counts.frames('gated')
  }

  /** Nothing has been said of any of its pictures, and something may yet be: false once it ends. */
  get isNew(): boolean {
    return this.#isNew
  }

  /** Of the pictures so far. Those without a gate are said to move. */
  get calm(): Calm {
    if (!(this.#sampler instanceof MotionSampler && this.#sampler.isStill)) return 'moving'
    return this.#sampler.seenMs >= this.#putMs ? 'still' : 'unseen'
  }

  /** Pictures that wait for their turn. */
  get waiting(): number {
    return this.#slot.size
  }

  fits({ width, height }: VideoFrame): boolean {
    return width === this.width && height === this.height
  }

  /** Ends the tracks, says why, and gives everything to the log. */
  async end(why: SightlineError): Promise<void> {
    this.#isNew = false
    this.#isOver = true
    this.#slot.end()
    await this.#running.catch(() => this.#records.end([]))
    this.#slot[Symbol.dispose]()
    this.#records.say({ kind: 'stream-down', reason: why.code, message: toldMessage(why).slice(0, 1000) })
    await this.#shared[Symbol.asyncDispose]()
    await this.#known?.[Symbol.asyncDispose]()
  }

  /** Undefined where they make no sense in this picture: the epoch that cannot begin with them says why. */
  #definedBy(settings: StreamSettings): DefinedMeasures | undefined {
    const { stream, epoch, baseMs } = this.#parts
    try {
      return measuresOf(settings, { stream, epoch, aspect: this.width / this.height, baseMs }).measures
    } catch (error) {
      if (error instanceof SightlineError) return undefined
      throw error
    }
  }

  #lookerOf({ detector, turns }: SharedDetector): Looker {
    const { weight = 1, priority = 0 } = this.#parts.settings
    return new Looker(relabelled(detector, this.#labels), turns.join({ weight, priority }))
  }

  #take(frame: VideoFrame, tracks: TrackFrame, events: readonly Event[]): Promise<void> | void {
    const { counts, pictures, seen } = this.#parts
    this.#isNew = false
    counts.frames(tracks.outcome)
    this.#records.frame(frame, tracks, events)
    const shown = seen(frame, tracks)
    const pictured = pictures?.seen(frame, tracks)
    return shown && pictured ? Promise.all([shown, pictured]).then(() => undefined) : (shown ?? pictured)
  }
}

function filterOf({ masks, minSize, maxSize }: StreamSettings): DetectionFilter {
  return new DetectionFilter({
    masks: masks ?? analysisDefaults.masks,
    minSize: minSize ?? analysisDefaults.minSize,
    maxSize: maxSize ?? analysisDefaults.maxSize
  })
}
