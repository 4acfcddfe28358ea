import type { ClockMessage } from '../../../src/contract/live.ts'
import type { VideoInitMessage, VideoOffsetMessage } from '../../../src/contract/video-view.ts'

/** Which picture of a stream something is: its `ptsMs` counts within its epoch. */
export interface FrameTime {
  readonly epoch: number
  readonly ptsMs: number
}

const ticksPerMs = 90
/** A picture that is shown now may be older than the newest change, by what the player holds back. */
const mostChanges = 16

/** RTP timestamps of one WHEP session as media time. They have 32 bits and begin anywhere (RFC 3550 §5.1). */
export class RtpClock {
  readonly #changes: ClockMessage[] = []

  /** Repetitions do no harm. */
  tell(message: ClockMessage): void {
    const last = this.#changes.at(-1)
    if (last?.rtpTimestamp === message.rtpTimestamp && last.epoch === message.epoch) return
    this.#changes.push(message)
    if (this.#changes.length > mostChanges) this.#changes.shift()
  }

  /** Undefined before anything was told. */
  at(rtpTimestamp: number): FrameTime | undefined {
    const change =
      this.#changes.findLast(each => ticksBetween(each.rtpTimestamp, rtpTimestamp) >= 0) ?? this.#changes[0]
    if (!change) return undefined
    const passedMs = ticksBetween(change.rtpTimestamp, rtpTimestamp) / ticksPerMs
    return { epoch: change.epoch, ptsMs: Math.round(change.ptsMs + passedMs) }
  }
}

type Offset = Pick<VideoInitMessage | VideoOffsetMessage, 'epoch' | 'fromMediaMs' | 'ptsOffsetMs'>

/** A player's time as media time, for fragments. */
export class FragmentClock {
  readonly #offsets: Offset[] = []

  tell(offset: Offset): void {
    this.#offsets.push(offset)
    if (this.#offsets.length > mostChanges) this.#offsets.shift()
  }

  /** `mediaTime` in seconds, as players say it: rounded to microseconds. */
  at(mediaTime: number): FrameTime | undefined {
    const mediaMs = mediaTime * 1000
    const offset = this.#offsets.findLast(({ fromMediaMs }) => fromMediaMs <= mediaMs + 0.5) ?? this.#offsets[0]
    return offset && { epoch: offset.epoch, ptsMs: Math.round(mediaMs + offset.ptsOffsetMs) }
  }
}

/**
 * Guesses which picture is shown where the browser does not say: from when boxes came, and how long after their
 * picture. Right to a frame or two.
 */
export class ArrivalClock {
  #epoch = 0
  /** Of media time 0, by the clock of this page: the earliest that any picture made likely. */
  #baseMs = 0

  /** `nowMs`: when the boxes of `ptsMs` came, which the server had after `delayMs`. */
  tell(epoch: number, ptsMs: number, delayMs: number, nowMs: number): void {
    const baseMs = nowMs - delayMs - ptsMs
    const isNew = epoch !== this.#epoch
    // What came late says nothing; a clock that runs slower than ours has to be followed all the same.
    this.#baseMs = isNew || baseMs < this.#baseMs ? baseMs : this.#baseMs + Math.min(1, baseMs - this.#baseMs) / 100
    this.#epoch = epoch
  }

  /** What is on the screen at `nowMs`, `behindMs` after it was sent. */
  at(nowMs: number, behindMs: number): FrameTime | undefined {
    return this.#epoch === 0 ? undefined : { epoch: this.#epoch, ptsMs: Math.round(nowMs - behindMs - this.#baseMs) }
  }
}

/** From `a` to `b` the short way round, in ticks. */
function ticksBetween(a: number, b: number): number {
  return (b - a) | 0
}
