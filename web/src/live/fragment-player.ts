import type { VideoMessage } from '../../../src/contract/video-view.ts'
import { FragmentClock } from './frame-clock.ts'
import { ViewError } from './view-error.ts'

export interface FragmentViewing {
  readonly clock: FragmentClock
  readonly ended: Promise<string>
  /** How far behind the newest picture the player is to stay, in milliseconds. */
  hold(targetMs: number): void
  close(): void
}

type MediaSourceKind = typeof MediaSource

/** Until the first picture: a stream that is dark sends none, and that is no fault of this way. */
const openMs = 5000
/** What was shown is thrown away once there is more of it than this: in seconds. */
const keptSeconds = 12
const trimmedTo = 4
/** A browser takes this long to decode and show a picture: less would make it stall again and again. */
const cushionMs = 60
/** Beyond this the player jumps instead of hurrying. */
const jumpMs = 700
const toleranceMs = 30
/** A picture is said to last so many times as long as it does, so that players do not stall: buffers end later than what there is. */
const saidToLast = 2
const hurry = 1.1
const dawdle = 0.92

/** Shows a stream in `video` by fragments over a WebSocket: goes through where only HTTP does. @throws ViewError */
export async function viewFragments(
  url: string,
  video: HTMLVideoElement,
  signal: AbortSignal
): Promise<FragmentViewing> {
  // iPhones have the managed kind alone.
  const Source = globalThis.ManagedMediaSource ?? globalThis.MediaSource ?? undefined
  if (!Source) throw new ViewError('This browser cannot play fragments.', { isClosed: true })
  const viewing = new FragmentView(url, video, Source as MediaSourceKind)
  const abort = () => viewing.close()
  signal.addEventListener('abort', abort, { once: true })
  try {
    await viewing.opened
    signal.throwIfAborted()
    return viewing
  } catch (error) {
    viewing.close()
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

declare global {
  var ManagedMediaSource: MediaSourceKind | undefined
}

class FragmentView implements FragmentViewing {
  readonly clock = new FragmentClock()
  readonly ended: Promise<string>
  readonly opened: Promise<void>
  readonly #video: HTMLVideoElement
  readonly #Source: MediaSourceKind
  readonly #media: MediaSource
  readonly #address: string
  readonly #socket: WebSocket
  readonly #queue: (ArrayBuffer | string)[] = []
  readonly #end: (reason: string) => void
  #buffer: SourceBuffer | undefined
  #mime = ''
  #targetMs = 0
  #endMs = 0
  #intervalMs = 66

  constructor(url: string, video: HTMLVideoElement, Source: MediaSourceKind) {
    this.#video = video
    this.#Source = Source
    this.#media = new Source()
    video.srcObject = null
    video.disableRemotePlayback = true // Else iPhones never open a managed source.
    this.#address = URL.createObjectURL(this.#media)
    const ended = Promise.withResolvers<string>()
    const opened = Promise.withResolvers<void>()
    this.ended = ended.promise
    this.opened = opened.promise
    this.#end = ended.resolve
    const timer = setTimeout(() => opened.resolve(), openMs)
    this.#media.addEventListener('sourceopen', () => this.#work())
    video.src = this.#address
    // The head comes at once, maybe before the source is open.
    this.#socket = new WebSocket(url)
    this.#socket.binaryType = 'arraybuffer'
    this.#socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      const failure = this.#take(data)
      if (failure) opened.reject(failure)
      else if (typeof data !== 'string') opened.resolve()
    }
    this.#socket.onclose = ({ code, reason }) => {
      clearTimeout(timer)
      opened.reject(new ViewError(reason || 'The connection was closed.', { isFinal: code === 4404 }))
      ended.resolve(reason || 'The connection was closed.')
    }
    video.addEventListener('error', this.#failed)
  }

  hold(targetMs: number): void {
    this.#targetMs = targetMs
  }

  close(): void {
    this.#socket.onclose = null
    this.#socket.close()
    this.#video.removeEventListener('error', this.#failed)
    if (this.#video.src === this.#address) this.#video.removeAttribute('src')
    this.#video.playbackRate = 1
    URL.revokeObjectURL(this.#address)
    this.#end('It was closed.')
  }

  readonly #failed = () => {
    this.#end(this.#video.error?.message ?? 'The player failed.')
    this.#socket.close()
  }

  #take(data: string | ArrayBuffer): ViewError | undefined {
    if (typeof data !== 'string') {
      this.#queue.push(data)
      this.#work()
      return undefined
    }
    const message = JSON.parse(data) as VideoMessage
    if (message.type === 'error') return new ViewError(message.message)
    if (message.type === 'init') {
      if (!this.#Source.isTypeSupported(message.mime))
        return new ViewError(`This browser does not play ${message.mime}.`)
      this.#queue.push(message.mime)
    }
    if (message.type === 'init' || message.type === 'offset') this.clock.tell(message)
    this.#work()
    return undefined
  }

  #work(): void {
    if (this.#media.readyState !== 'open') return
    while (!this.#buffer?.updating) {
      const next = this.#queue.shift()
      if (next === undefined) return
      if (typeof next === 'string') this.#begin(next)
      else this.#append(next)
    }
  }

  #begin(mime: string): void {
    if (this.#buffer) {
      if (mime !== this.#mime) this.#buffer.changeType(mime)
    } else {
      this.#buffer = this.#media.addSourceBuffer(mime)
      this.#buffer.addEventListener('updateend', () => {
        this.#stayLive()
        this.#work()
      })
      void this.#video.play().catch(() => {})
    }
    this.#mime = mime
  }

  #append(data: ArrayBuffer): void {
    try {
      this.#buffer?.appendBuffer(data)
    } catch (error) {
      this.#end(error instanceof Error ? error.message : String(error)) // Full, or taken away by the browser.
      this.#socket.close()
    }
  }

  /** Trims what was shown, and keeps to the distance that is asked for by going a little faster or slower. */
  #stayLive(): void {
    const { buffered, currentTime } = this.#video
    const buffer = this.#buffer
    if (!buffer || buffer.updating || buffered.length === 0) return
    const last = buffered.length - 1
    const start = buffered.start(last)
    const end = buffered.end(last)
    const stepMs = end * 1000 - this.#endMs
    this.#endMs = end * 1000
    if (stepMs > 0 && stepMs < 1000) this.#intervalMs += (stepMs - this.#intervalMs) / 8
    const aheadMs = (end - currentTime) * 1000
    const wantedMs = this.#targetMs + cushionMs + saidToLast * this.#intervalMs
    const isOutside = currentTime < start
    if (isOutside || aheadMs - wantedMs > jumpMs) this.#video.currentTime = Math.max(start, end - wantedMs / 1000)
    const errorMs = aheadMs - wantedMs
    this.#video.playbackRate = errorMs > toleranceMs ? hurry : errorMs < -toleranceMs ? dawdle : 1
    if (this.#video.paused) void this.#video.play().catch(() => {})
    if (currentTime - buffered.start(0) > keptSeconds) buffer.remove(0, currentTime - trimmedTo)
  }
}
