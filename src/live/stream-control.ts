import type { StateMessage } from '../contract/live.ts'

/** What may be said of a stream, by name: as in an entry of the section `streams` of the settings file. */
export type StreamFacts = Readonly<Record<string, unknown>>

/** A stream as it is to be now. */
export interface ControlledStream {
  readonly name: string
  /** `config`: of the settings file. `added`: made while we run, and there again after a restart. */
  readonly origin: 'config' | 'added'
  /** Of the settings file, and said otherwise in part since its entry there was written. */
  readonly isOverFile: boolean
  /** What opens its addresses is left out of them. */
  readonly settings: StreamFacts
  readonly state: StateMessage | undefined
}

export interface AddOptions {
  /** The name of a stream that was removed may be given again: what is stored of that one, and who may see it, is this one's then. */
  readonly again?: boolean
}

/**
 * Streams while they run: each can be added, changed, paused and removed without another one noticing. What is done here
 * holds after a restart, too. Who may do it is for the caller to know.
 */
export interface StreamControl {
  /** In the order of names. */
  list(): readonly ControlledStream[]
  find(name: string): ControlledStream | undefined
  /** Only whether it is to run, and how it is: undefined for one that there is not. */
  stateOf(name: string): (Pick<ControlledStream, 'state'> & { readonly isPaused: boolean }) | undefined
  /** @throws SL_OPTION_INVALID, SL_INPUT_REFUSED (a file of this machine), SL_NAME_TAKEN, SL_LIMIT_REACHED, SL_STORE_… */
  add(name: string, settings: unknown, options?: AddOptions): Promise<void>
  /**
   * `change`: what is to be otherwise; null for what is to be as usual again (RFC 7396, keys of the first level). An address
   * that is given as it was shown stays what it was. Of a stream of the settings file it holds until its entry there is
   * changed.
   * @throws what `add` throws, SL_STREAM_UNKNOWN
   */
  change(name: string, change: unknown): Promise<void>
  /** Whether `change` would take it, as the stream is now. @throws what `change` throws */
  checkChange(name: string, change: unknown): void
  /** Fetches nothing until it is resumed, whichever its origin; an entry of the file that says otherwise later wins. @throws SL_STREAM_UNKNOWN */
  pause(name: string): Promise<void>
  /** At once, also where a source that refuses was being waited for. @throws SL_STREAM_UNKNOWN */
  resume(name: string): Promise<void>
  /** What was found stays until retention takes it. @throws SL_STREAM_UNKNOWN, SL_STREAM_CONFIGURED for one of the settings file */
  remove(name: string): Promise<void>
}
