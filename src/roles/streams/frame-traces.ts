import type { LogRecord } from '../../contract/record.ts'
import type { TracePlace } from '../../core/log-context.ts'
import { childOf, newTrace, type Span, wallMs } from '../../core/span.ts'
import type { DurationSink } from '../../pipeline/stage-clock.ts'
import type { FromStreamWorker } from './worker-messages.ts'

/** Where and when a frame's way begins. */
export interface FrameBegin {
  /** `performance.now()` when it came. */
  readonly arrivedMs: number
  /** How long decoding took, in milliseconds; it has just ended. */
  readonly decodeMs: number
}

export interface FrameFacts {
  readonly epoch: number
  readonly frame: number
  readonly ptsMs: number
  readonly outcome: string
}

interface Stage {
  readonly name: string
  readonly endedMs: number
  readonly ms: number
}

type Say = (message: Extract<FromStreamWorker, { type: 'spans' | 'logged' }>) => void

/**
 * Follows frames of a stream from the source to the log. Of every frame the stages are noted; which is told is settled at
 * its end: the first that brings records once one is due, or any where none does.
 */
export class FrameTraces implements DurationSink {
  readonly #durations: DurationSink
  readonly #stream: string
  #everyMs = Number.POSITIVE_INFINITY
  readonly #say: Say
  readonly #under = new WeakMap<object, { readonly begin: FrameBegin; readonly stages: Stage[] }>()
  #dueMs = performance.now()

  /** `durations`: where they go whether a frame is followed or not. */
  constructor(options: { stream: string; perMinute: number; durations: DurationSink; say: Say }) {
    this.#stream = options.stream
    this.#durations = options.durations
    this.#say = options.say
    this.perMinute = options.perMinute
  }

  /** Frames that are told of in a minute; 0 for none, which costs nothing. */
  set perMinute(perMinute: number) {
    this.#everyMs = 60_000 / perMinute
    this.#dueMs = performance.now()
  }

  get #isOff(): boolean {
    return this.#everyMs === Number.POSITIVE_INFINITY
  }

  begin(frame: object, begin: FrameBegin): void {
    if (this.#isOff) return
    const stages = [{ name: 'decode', endedMs: performance.now(), ms: begin.decodeMs }]
    this.#under.set(frame, { begin, stages })
  }

  add(stage: string, ms: number, frame?: object): void {
    this.#durations.add(stage, ms)
    const under = frame && !this.#isOff && this.#under.get(frame)
    if (under) under.stages.push({ name: stage, endedMs: performance.now(), ms })
  }

  /** What the frame has brought is about to be logged. Tells its way so far; what is given tells that it was. */
  end(frame: object, facts: FrameFacts, records: readonly LogRecord[]): (() => void) | undefined {
    if (this.#isOff) return undefined
    const under = this.#under.get(frame)
    const nowMs = performance.now()
    const isDue = nowMs >= this.#dueMs + (records.length > 0 ? 0 : this.#everyMs / 2)
    if (!under || !isDue) return undefined
    this.#dueMs = nowMs + this.#everyMs
    const place = newTrace()
    this.#say({
      type: 'spans',
      spans: [this.#root(place, under.begin, facts), ...under.stages.map(stage => stageSpan(place, stage))]
    })
    const [first] = records
    if (!first) return undefined
    this.#say({ type: 'logged', record: `${first.type} ${first.id}`, place })
    return () => {
      const logged = { name: 'log', endedMs: performance.now(), ms: performance.now() - nowMs }
      this.#say({ type: 'spans', spans: [stageSpan(place, logged)] })
    }
  }

  #root(place: TracePlace, { arrivedMs }: FrameBegin, { epoch, frame, ptsMs, outcome }: FrameFacts): Span {
    return {
      ...place,
      name: 'frame',
      kind: 'internal',
      beganMs: wallMs(arrivedMs),
      endedMs: wallMs(),
      facts: {
        'sightline.stream': this.#stream,
        'sightline.epoch': epoch,
        'sightline.frame': frame,
        'sightline.pts_ms': ptsMs,
        'sightline.outcome': outcome
      }
    }
  }
}

function stageSpan(place: TracePlace, { name, endedMs, ms }: Stage): Span {
  return {
    ...childOf(place),
    name,
    kind: 'internal',
    beganMs: wallMs(endedMs - ms),
    endedMs: wallMs(endedMs),
    facts: {}
  }
}
