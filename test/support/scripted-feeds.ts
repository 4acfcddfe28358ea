import type { StateMessage } from '../../src/contract/live.ts'
import { SightlineError } from '../../src/core/errors.ts'
import type { PictureRequest, RelayedPicture, RelayedUnit, StreamFeeds } from '../../src/live/stream-feed.ts'

/** What a scripted stream shows. */
export interface Script {
  readonly state?: Partial<StateMessage>
  readonly units?: (signal: AbortSignal) => AsyncGenerator<RelayedUnit>
  readonly pictures?: (request: PictureRequest, signal: AbortSignal) => AsyncGenerator<RelayedPicture>
}

/** Feeds of streams that do what a test says. */
export class ScriptedFeeds implements StreamFeeds {
  /** Streams of which a key frame was wanted, in order. */
  readonly wantedKeys: string[] = []
  /** Requests for pictures, in order. */
  readonly requests: PictureRequest[] = []
  readonly #scripts = new Map<string, Script>()

  set(stream: string, script: Script): void {
    this.#scripts.set(stream, script)
  }

  remove(stream: string): void {
    this.#scripts.delete(stream)
  }

  state(stream: string): StateMessage | undefined {
    const script = this.#scripts.get(stream)
    return script && { type: 'state', stream, title: stream, state: 'up', sinceMs: 0, ...script.state }
  }

  states(): readonly StateMessage[] {
    return [...this.#scripts.keys()].flatMap(stream => this.state(stream) ?? [])
  }

  async *units(stream: string, _: { readonly playable: boolean }, signal: AbortSignal): AsyncGenerator<RelayedUnit> {
    yield* this.#script(stream).units?.(signal) ?? []
  }

  async picture(stream: string, request: PictureRequest, signal: AbortSignal): Promise<RelayedPicture> {
    const script = this.#script(stream)
    this.requests.push(request)
    for await (const picture of script.pictures?.(request, signal) ?? []) return picture
    throw new SightlineError('SL_STREAM_DARK', `${stream} shows nothing now.`, { retryable: true })
  }

  async *pictures(stream: string, request: PictureRequest, signal: AbortSignal): AsyncGenerator<RelayedPicture> {
    const script = this.#script(stream)
    this.requests.push(request)
    yield* script.pictures?.(request, signal) ?? []
  }

  wantKey(stream: string): void {
    this.wantedKeys.push(stream)
  }

  #script(stream: string): Script {
    const script = this.#scripts.get(stream)
    if (script) return script
    throw new SightlineError('SL_STREAM_UNKNOWN', `There is no stream ${stream}.`)
  }
}
