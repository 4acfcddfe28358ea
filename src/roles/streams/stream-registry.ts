import { type CountSettings, requireRoom } from '../../config/count-settings.ts'
import type { StreamSettings } from '../../config/stream-settings.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import type { Seal } from '../../core/seal.ts'
import type { AddOptions, ControlledStream, StreamControl, StreamFacts } from '../../live/stream-control.ts'
import type { Streams } from '../../store/streams.ts'
import type { LiveStreams } from './live-streams.ts'
import { addedStream, asHosted, changed, overFile } from './stream-change.ts'
import { checkStreamName, checkStreamSettings } from './stream-check.ts'
import {
  entryOf,
  type KeptSettings,
  keptSettings,
  type RegisteredStream,
  rowOf,
  type StreamRow,
  shownSettings
} from './stream-row.ts'
import { StreamRows } from './stream-rows.ts'
import { StreamSecrets } from './stream-secrets.ts'

export interface RegistryOptions {
  readonly live: Pick<LiveStreams, 'set' | 'remove' | 'state' | 'tryAgain'>
  readonly seal: Seal
  /** Told of a stream whose entry in the settings file was changed after it had been changed, or added, while we ran. */
  readonly onFileWins?: (name: string) => void
  /** How much there may be, as it is at the moment. */
  readonly limits?: (() => CountSettings | undefined) | undefined
  readonly log: Logger
}

/** A store that is away is tried again so much later. */
const laterMs = 5000

/**
 * Which streams there are, who said so, and how they are to be: those of the settings file, and those that were added while
 * we ran. Each has a row in the store, so that sites and grants can name it.
 */
export class StreamRegistry implements StreamControl {
  readonly #options: RegistryOptions
  readonly #streams = new Map<string, RegisteredStream>()
  readonly #secrets: StreamSecrets
  #rows: StreamRows | undefined
  /** Changes come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #later: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: RegistryOptions) {
    this.#options = options
    this.#secrets = new StreamSecrets(options.seal)
  }

  /** Begins with what was added before. @throws SL_STORE_… */
  async open(streams: Streams): Promise<void> {
    const { log } = this.#options
    this.#rows = await StreamRows.open(streams)
    for (const { name, settings: row } of this.#rows.all()) {
      const kept = keptSettings({ settings: row })
      if (kept?.origin !== 'added') continue
      const addresses = this.#secrets.open(name, kept.sealed)
      if (!addresses) log.error({ stream: name }, 'what opens its address was sealed with another key: give it again')
      try {
        const given = { ...kept.given, ...addresses } as StreamSettings
        // Its addresses and its model were judged when it was added.
        const settings = checkStreamSettings(name, given, given)
        this.#apply(name, { origin: 'added', settings, isPaused: kept.paused })
      } catch (error) {
        log.error({ stream: name, err: error }, 'a stream that was added cannot be watched any more')
      }
    }
  }

  /** These and no others are of the settings file from now on. Resolves when that is stored, or is tried again later. */
  configure(streams: ReadonlyMap<string, StreamSettings>): Promise<void> {
    this.#open()
    for (const [name, { origin }] of this.#streams) if (origin === 'config' && !streams.has(name)) this.#withdraw(name)
    for (const [name, inFile] of streams) this.#apply(name, this.#configured(name, inFile))
    return this.#inTurn(() => this.#keepConfigured())
  }

  /** A stream of the settings file, with what was said over it since. */
  #configured(name: string, inFile: StreamSettings): RegisteredStream {
    const { log, onFileWins } = this.#options
    const kept = this.#open().of(name)
    const known = this.#streams.get(name)
    const saidInFile = inFile.paused ?? false
    const isPaused = kept?.origin === 'config' && kept.pausedInFile === saidInFile ? kept.paused : saidInFile
    const asInFile: RegisteredStream = { origin: 'config', settings: inFile, isPaused }
    const said = known ? saidOver(known.over) : this.#saidBefore(name, kept)
    if (!said) {
      if (known?.origin === 'added' || kept?.origin === 'added') onFileWins?.(name)
      return asInFile
    }
    const { change } = said
    if (entryOf(inFile, change) !== said.entry) {
      onFileWins?.(name)
      return asInFile
    }
    try {
      return { ...asInFile, ...overFile(name, inFile, change) }
    } catch (error) {
      log.error({ stream: name, err: error }, 'what was said of it beside the settings file cannot be used any more')
      return asInFile
    }
  }

  /** What was said over the file's entry before we began. */
  #saidBefore(name: string, kept: KeptSettings | undefined): Said | undefined {
    if (kept?.origin !== 'config' || !kept.change) return undefined
    const { entry, ...addresses } = this.#secrets.open(name, kept.sealed) ?? {}
    return { entry, change: { ...kept.change, ...addresses } }
  }

  /** What holds for all streams was changed: each is hosted as it is to be now. */
  hostAgain(): void {
    for (const [name, stream] of this.#streams) this.#apply(name, stream)
  }

  list(): readonly ControlledStream[] {
    return [...this.#streams.keys()].sort().map(name => this.find(name)!)
  }

  find(name: string): ControlledStream | undefined {
    const known = this.#streams.get(name)
    if (!known) return undefined
    const settings = shownSettings(asHosted(known))
    return {
      name,
      origin: known.origin,
      isOverFile: known.over !== undefined,
      settings,
      state: this.#options.live.state(name)
    }
  }

  stateOf(name: string): ReturnType<StreamControl['stateOf']> {
    const known = this.#streams.get(name)
    return known && { isPaused: known.isPaused, state: this.#options.live.state(name) }
  }

  add(given: string, facts: unknown, { again = false }: AddOptions = {}): Promise<void> {
    return this.#inTurn(async () => {
      const rows = this.#open()
      const name = checkStreamName(given)
      const stream = addedStream(checkStreamSettings(name, facts))
      if (this.#streams.has(name)) throw taken(name)
      const added = [...this.#streams.values()].filter(({ origin }) => origin === 'added')
      requireRoom(this.#options.limits?.(), 'streams', added.length)
      await rows.add(rowOf(name, stream, this.#secrets, undefined), again)
      // The settings file may have come to have it meanwhile: then it is the file's.
      if (!this.#streams.has(name)) this.#apply(name, stream)
    })
  }

  change(name: string, change: unknown): Promise<void> {
    return this.#inTurn(async () => {
      const known = this.#known(name)
      const stream = changed(name, known, change)
      await this.#put(name, stream)
      // The settings file may say something else meanwhile.
      if (this.#streams.get(name) === known) this.#apply(name, stream)
    })
  }

  checkChange(name: string, change: unknown): void {
    changed(name, this.#known(name), change)
  }

  pause(name: string): Promise<void> {
    return this.#setPaused(name, true)
  }

  async resume(name: string): Promise<void> {
    if (this.#known(name).isPaused) await this.#setPaused(name, false)
    else this.#options.live.tryAgain(name)
  }

  remove(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const rows = this.#open()
      this.#added(name)
      await rows.remove(name)
      if (this.#streams.get(name)?.origin === 'added') this.#withdraw(name)
    })
  }

  /** Nothing is written any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#later)
    await this.#turn
  }

  /** What cannot be written now is later: streams run all the same. */
  async #keepConfigured(): Promise<void> {
    clearTimeout(this.#later)
    if (this.#isClosed) return
    const rows = this.#open()
    const configured = [...this.#streams].filter(([, { origin }]) => origin === 'config')
    try {
      await rows.follow(new Map(configured.map(([name, stream]) => [name, this.#row(name, stream)])))
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the store does not have all streams yet; it is tried again')
      this.#later = setTimeout(() => void this.#inTurn(() => this.#keepConfigured()), laterMs).unref()
    }
  }

  /** At once, and stored after that: somebody does not want to be seen. */
  async #setPaused(name: string, isPaused: boolean): Promise<void> {
    this.#open()
    this.#apply(name, { ...this.#known(name), isPaused })
    await this.#inTurn(async () => {
      const known = this.#streams.get(name)
      if (known) await this.#put(name, known)
    })
  }

  #put(name: string, stream: RegisteredStream): Promise<void> {
    return this.#open().put(this.#row(name, stream))
  }

  #row(name: string, stream: RegisteredStream): StreamRow {
    return rowOf(name, stream, this.#secrets, this.#open().of(name))
  }

  #apply(name: string, stream: RegisteredStream): void {
    this.#streams.set(name, stream)
    this.#options.live.set(name, asHosted(stream))
  }

  #withdraw(name: string): void {
    this.#streams.delete(name)
    this.#options.live.remove(name)
  }

  #known(name: string): RegisteredStream {
    const known = this.#streams.get(name)
    if (known) return known
    throw new SightlineError('SL_STREAM_UNKNOWN', `There is no stream ${name}.`)
  }

  #added(name: string): RegisteredStream {
    const known = this.#known(name)
    if (known.origin === 'added') return known
    throw new SightlineError('SL_STREAM_CONFIGURED', `${name} is in the settings file: take it out there, or pause it.`)
  }

  #open(): StreamRows {
    if (this.#rows) return this.#rows
    throw new SightlineError('SL_STORE_UNAVAILABLE', 'The store is not open yet.', { retryable: true })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

/** What was said over the settings file's entry that `entry` marks. */
interface Said {
  readonly entry: string | undefined
  readonly change: StreamFacts
}

function saidOver(over: RegisteredStream['over']): Said | undefined {
  return over && { entry: entryOf(over.inFile, over.change), change: over.change }
}

function taken(name: string): SightlineError {
  return new SightlineError('SL_NAME_TAKEN', `A stream ${name} is there already: choose another name.`)
}
