import type { StateMessage } from '../../contract/live.ts'
import type { VideoMessage } from '../../contract/video-view.ts'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import { toldMessage } from '../../core/told-message.ts'
import type { FragmentMuxer } from '../../media/fragments.ts'
import type { ViewOffset } from '../../media/view-timeline.ts'
import type { RelayedFormat, RelayedUnit, StreamFeeds } from '../stream-feed.ts'
import { type PaceLimits, paceLimits, ViewerPace } from './viewer-pace.ts'

/** A viewer's connection, as far as it is needed here. */
export interface ViewerSocket {
  /** Text as string, binary as Buffer. Never throws, and does nothing once it is closed. */
  send(data: string | Buffer): void
  readonly bufferedAmount: number
  /** With a code of RFC 6455 §7.4 and a reason of at most 123 bytes. */
  close(code: number, reason: string): void
}

/** Why a connection is closed. 4000 and up are for applications to give a meaning. */
export const viewCloseCodes = { ended: 1000, refused: 4404, stalled: 4408, limit: 1013, failed: 1011 } as const

const closeCodes: Partial<Record<ErrorCode, number>> = {
  SL_STREAM_UNKNOWN: viewCloseCodes.refused,
  SL_VIEW_LIMIT: viewCloseCodes.limit
}

export interface FragmentView {
  readonly stream: string
  readonly socket: ViewerSocket
  readonly feeds: Pick<StreamFeeds, 'state' | 'units' | 'wantKey'>
  /** Fragments of one viewer. */
  readonly muxer: Pick<FragmentMuxer, 'mux'>
  /** Aborted when the connection is gone. */
  readonly signal: AbortSignal
  /** Counts pictures that a viewer did not get because it was slow. */
  readonly skipped?: () => void
  /** Told why there is nothing to see, where the viewer was. */
  readonly refused?: (code: ErrorCode) => void
  readonly limits?: PaceLimits
  /** Milliseconds of a clock that never steps back. */
  readonly now?: () => number
}

/** How often a viewer is looked after while nothing comes. */
const lookEveryMs = 1000

/**
 * Sends a stream to one viewer until either is gone: fragments as binary messages, what they are as text before them. Who is
 * slow gets nothing until the next key frame, and is closed once it takes nothing at all. Never throws.
 */
export async function viewFragments(view: FragmentView): Promise<void> {
  const ending = new AbortController()
  const signal = AbortSignal.any([view.signal, ending.signal])
  const viewing = new Viewing(view)
  const timer = setInterval(() => {
    if (!viewing.look()) ending.abort()
  }, lookEveryMs)
  try {
    viewing.look()
    for await (const unit of view.feeds.units(view.stream, { playable: true }, signal)) {
      await viewing.show(unit)
      if (signal.aborted) return
    }
    if (!signal.aborted) view.socket.close(viewCloseCodes.ended, 'The stream is not there any more.')
  } catch (error) {
    if (!signal.aborted) refuseView(view, error)
  } finally {
    clearInterval(timer)
  }
}

class Viewing {
  readonly #view: FragmentView
  readonly #pace: ViewerPace
  readonly #now: () => number
  #state: StateMessage | undefined
  #isSkipping = false
  #hasAsked = false
  #offset: ViewOffset | undefined
  /** Came with a unit that was left out. */
  #format: RelayedFormat | undefined

  constructor(view: FragmentView) {
    this.#view = view
    this.#pace = new ViewerPace(view.socket, view.limits ?? paceLimits)
    this.#now = view.now ?? (() => performance.now())
  }

  /** Says what changed. False once the viewer was given up. */
  look(): boolean {
    const { socket, feeds, stream } = this.#view
    if (this.#pace.isStalled(this.#now())) {
      socket.close(viewCloseCodes.stalled, 'Nothing was taken for too long.')
      return false
    }
    const state = feeds.state(stream)
    if (state && !isSame(state, this.#state)) this.#say(state)
    this.#state = state
    return true
  }

  async show(unit: RelayedUnit): Promise<void> {
    if (unit.format) this.#format = unit.format
    const isBehind = this.#pace.isBehind(this.#now())
    this.#isSkipping = isBehind || (this.#isSkipping && !unit.isKey)
    if (this.#isSkipping) {
      this.#view.skipped?.()
      if (!isBehind && !this.#hasAsked) this.#view.feeds.wantKey(this.#view.stream)
      this.#hasAsked = !isBehind
      return
    }
    this.#hasAsked = false
    const format = this.#format
    this.#format = undefined
    const fragment = await this.#view.muxer.mux({ ...unit, ...(format && { format }) })
    if (!fragment) return
    const { init, offset, data } = fragment
    // A head in mid-stream without a change of time repeats the offset that holds.
    this.#offset = offset ?? this.#offset
    if (init && this.#offset) {
      const { mime, width, height } = init
      this.#say({ type: 'init', mime, width, height, ...this.#offset })
      this.#send(init.data)
    } else if (offset) this.#say({ type: 'offset', ...offset })
    this.#send(data)
  }

  #say(message: VideoMessage): void {
    this.#send(JSON.stringify(message))
  }

  #send(data: string | Buffer): void {
    this.#view.socket.send(data)
    this.#pace.sent(data.length, this.#now())
  }
}

function isSame(a: StateMessage, b: StateMessage | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

/** Says why there is nothing to see, and closes. */
export function refuseView({ socket, refused }: Pick<FragmentView, 'refused' | 'socket'>, error: unknown): void {
  const known = error instanceof SightlineError ? error : undefined
  const code = known?.code ?? 'SL_INTERNAL'
  refused?.(code)
  const message = known ? toldMessage(known) : 'Something unforeseen happened.'
  socket.send(JSON.stringify({ type: 'error', code, message } satisfies VideoMessage))
  const closing = closeCodes[code] ?? viewCloseCodes.failed
  socket.close(closing, code)
}
