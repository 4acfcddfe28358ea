import type { ClockMessage, StateMessage, TracksMessage } from '../../../src/contract/live.ts'
import { BoxTrack, type DrawnBoxes } from './box-track.ts'
import { ArrivalClock, type FrameTime } from './frame-clock.ts'
import { type DrawnRegions, type DrawnTrail, type Layers, Overlay, usualLayers } from './overlay.ts'
import { type PictureDelay, PictureTimes } from './picture-times.ts'
import { LivePlayer, type LivePlayerOptions, type ShownPicture, type Way } from './player.ts'
import { Playout, type PlayoutMode } from './playout.ts'

export interface LiveViewOptions extends Pick<LivePlayerOptions, 'stream' | 'video' | 'picture' | 'server' | 'ways'> {
  readonly canvas: HTMLCanvasElement
  readonly mode?: PlayoutMode
  readonly onSession?: (session: string | undefined) => void
  readonly onWay?: (way: Way | undefined, reason: string) => void
  /** What was drawn over which picture. */
  readonly onDrawn?: (time: FrameTime | undefined, drawn: DrawnBoxes, nowMs: number) => void
}

export interface ViewReadings {
  readonly way: Way | undefined
  /** From the server to the screen; undefined before it could be measured. */
  readonly behindMs: number | undefined
  /** 95 of 100 pictures have their boxes within this. */
  readonly boxesMs: number
  /** What pictures wait for them. */
  readonly heldMs: number
}

/** Boxes that come while no picture does say that the picture's way broke down: sooner than its own end would be known. */
const mostDarkMs = 2500
/** Before it is measured. */
const usuallyBehindMs = 60
/** Telling a receiver how long to hold keeps the page waiting for WebRTC's own thread: not more often than this. */
const holdEveryMs = 500
const nothing: DrawnBoxes = { origin: 'none', boxes: [] }
/** Longer ones hide the picture. */
const trailMs = 4000

/** A stream on a page: its pictures, and over each the boxes that were found on it. */
export class LiveView {
  readonly #options: LiveViewOptions
  readonly #player: LivePlayer
  readonly #overlay: Overlay
  readonly #boxes = new BoxTrack()
  readonly #times = new PictureTimes()
  readonly #playout: Playout
  readonly #arrivals = new ArrivalClock()
  #regions: DrawnRegions = {}
  #layers = usualLayers
  #state: StateMessage | undefined
  #way: Way | undefined
  #behindMs: number | undefined
  #shown: ShownPicture | undefined
  #drawn = nothing
  #targetMs = 0
  #heldAtMs = Number.NEGATIVE_INFINITY
  /** Since when boxes come without pictures. */
  #darkSinceMs: number | undefined

  constructor(options: LiveViewOptions) {
    const { stream, video, picture, server, ways, canvas, mode, onSession, onWay } = options
    this.#options = options
    this.#playout = new Playout(mode)
    this.#overlay = new Overlay(canvas, () => this.#pictureSize())
    this.#player = new LivePlayer({
      ...{ stream, video, picture, server, ways, onSession },
      onShown: shown => this.#show(shown),
      onWay: (way, reason) => {
        this.#way = way
        this.#behindMs = undefined
        this.#times.clear()
        this.#playout.reset()
        this.#hold(true)
        onWay?.(way, reason)
        this.#draw()
      }
    })
  }

  get readings(): ViewReadings {
    const { p95Ms: boxesMs, heldMs } = this.#playout
    return { way: this.#way, behindMs: this.#behindMs, boxesMs, heldMs }
  }

  set mode(mode: PlayoutMode) {
    this.#playout.mode = mode
    this.#hold(true)
  }

  start(): void {
    this.#player.start()
  }

  stop(): void {
    this.#player.stop()
  }

  state(message: StateMessage): void {
    this.#state = message
    this.regions({ ...this.#regions, lines: message.lines, zones: message.zones, titles: message.titles })
  }

  /** `tracks` of other streams have to be kept away. */
  tracks(message: TracksMessage): void {
    const nowMs = performance.now()
    this.#boxes.add(message)
    this.#arrivals.tell(message.epoch, message.ptsMs, message.delayMs, nowMs)
    this.#learn(this.#times.boxes(message, nowMs, message.delayMs))
    this.#lookForDark(nowMs)
    // Of a picture that is on the screen already, and waits for its boxes. One that has them, or lies between two that do, is done.
    const { origin } = this.#drawn
    if (this.#shown && (origin === 'none' || origin === 'held')) this.#draw()
  }

  clock(message: ClockMessage): void {
    this.#player.clock(message)
  }

  regions(regions: DrawnRegions): void {
    this.#regions = regions
    this.#draw()
  }

  /** What is drawn over the pictures. Motion JPEG has its boxes in them. */
  set layers(layers: Layers) {
    this.#layers = layers
    this.#draw()
  }

  close(): void {
    this.stop()
    this.#overlay.close()
  }

  /** A page that nobody sees shows no pictures, and motion JPEG says nothing of its own. */
  #lookForDark(nowMs: number): void {
    const isShown = this.#way !== undefined && this.#way !== 'mjpeg' && !document.hidden
    this.#darkSinceMs = isShown ? (this.#darkSinceMs ?? nowMs) : undefined
    if (nowMs - (this.#darkSinceMs ?? nowMs) < mostDarkMs) return
    this.#darkSinceMs = undefined
    this.#player.restart('No pictures came any more.')
  }

  #show(shown: ShownPicture): void {
    this.#darkSinceMs = undefined
    const behindMs = this.#behindMs ?? usuallyBehindMs + this.#playout.heldMs
    const time = shown.time ?? this.#arrivals.at(shown.seenMs, behindMs)
    this.#shown = { ...shown, time }
    if (shown.time) this.#learn(this.#times.shown(shown.time, shown.nowMs, shown.seenMs, shown.receivedMs))
    this.#draw()
  }

  #learn(delay: PictureDelay | undefined): void {
    if (!delay) return
    const { lagMs, waitedMs, behindMs } = delay
    this.#playout.observe(lagMs, waitedMs)
    this.#behindMs = (this.#behindMs ?? behindMs) + (behindMs - (this.#behindMs ?? behindMs)) / 10
    this.#hold()
  }

  /** What waits is done with a later picture. */
  #hold(isUrgent = false): void {
    const nowMs = performance.now()
    if (this.#targetMs === this.#playout.targetMs || (!isUrgent && nowMs - this.#heldAtMs < holdEveryMs)) return
    this.#heldAtMs = nowMs
    this.#targetMs = this.#playout.targetMs
    this.#player.hold(this.#targetMs)
  }

  #draw(): void {
    const time = this.#shown?.time
    // Motion JPEG has them in its pictures.
    const drawn = time && this.#way !== 'mjpeg' ? this.#boxes.at(time) : nothing
    this.#drawn = drawn
    const { boxes, trails, regions } = this.#layers
    const isShown = this.#way !== undefined
    this.#overlay.draw(
      boxes && isShown ? drawn.boxes : [],
      regions ? this.#regions : {},
      trails && isShown && time ? this.#trails(time, drawn) : []
    )
    this.#options.onDrawn?.(time, drawn, performance.now())
  }

  #trails(time: FrameTime, { boxes }: DrawnBoxes): DrawnTrail[] {
    const trails = this.#boxes.trails(time, trailMs)
    return boxes.map(({ id }) => ({ id, points: trails.get(id) ?? [] }))
  }

  #pictureSize(): { readonly width: number; readonly height: number } {
    const { video, picture } = this.#options
    const { width = 0, height = 0 } = this.#state ?? {}
    if (this.#way === 'mjpeg') return { width: picture.naturalWidth || width, height: picture.naturalHeight || height }
    return { width: video.videoWidth || width, height: video.videoHeight || height }
  }
}
