import type { StreamSettings } from '../../config/stream-settings.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import type { AddOptions, ControlledStream, StreamControl } from '../../live/stream-control.ts'
import type { Streams } from '../../store/streams.ts'
import type { LiveStreams } from './live-streams.ts'
import { StreamAddresses } from './stream-addresses.ts'
import { checkStreamName, checkStreamSettings } from './stream-check.ts'
import { addressesOf, keptSettings, type RegisteredStream, rowOf, shownSettings } from './stream-row.ts'
import { StreamRows } from './stream-rows.ts'

export interface RegistryOptions {
  readonly live: Pick<LiveStreams, 'set' | 'remove' | 'state' | 'tryAgain'>
  /** File of addresses with what opens them. */
  readonly secrets: string
  readonly log: Logger
}

interface Opened {
  readonly rows: StreamRows
  readonly addresses: StreamAddresses
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
  #opened: Opened | undefined
  /** Changes come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  #later: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: RegistryOptions) {
    this.#options = options
  }

  /** Begins with what was added before. @throws SL_STORE_…, SL_CONFIG_INVALID */
  async open(streams: Streams): Promise<void> {
    const { secrets, log } = this.#options
    const addresses = await StreamAddresses.open(secrets)
    const rows = await StreamRows.open(streams)
    this.#opened = { rows, addresses }
    for (const row of rows.all()) {
      const kept = keptSettings(row)
      if (kept?.origin !== 'added') continue
      try {
        const settings = checkStreamSettings(row.name, { ...kept.given, ...addresses.of(row.name) })
        this.#apply(row.name, { origin: 'added', settings, isPaused: kept.paused })
      } catch (error) {
        log.error({ stream: row.name, err: error }, 'a stream that was added cannot be watched any more')
      }
    }
  }

  /** These and no others are of the settings file from now on. Resolves when that is stored, or is tried again later. */
  configure(streams: ReadonlyMap<string, StreamSettings>): Promise<void> {
    const { rows } = this.#open()
    for (const [name, { origin }] of this.#streams) if (origin === 'config' && !streams.has(name)) this.#withdraw(name)
    for (const [name, settings] of streams) {
      const saidInFile = settings.paused ?? false
      const kept = rows.of(name)
      const isPaused = kept?.origin === 'config' && kept.pausedInFile === saidInFile ? kept.paused : saidInFile
      this.#apply(name, { origin: 'config', settings, isPaused })
    }
    return this.#inTurn(() => this.#keepConfigured())
  }

  list(): readonly ControlledStream[] {
    return [...this.#streams.keys()].sort().map(name => this.find(name)!)
  }

  find(name: string): ControlledStream | undefined {
    const known = this.#streams.get(name)
    if (!known) return undefined
    const settings = shownSettings(asHosted(known))
    return { name, origin: known.origin, settings, state: this.#options.live.state(name) }
  }

  add(given: string, facts: unknown, { again = false }: AddOptions = {}): Promise<void> {
    return this.#inTurn(async () => {
      const { rows, addresses } = this.#open()
      const name = checkStreamName(given)
      const stream = addedStream(checkStreamSettings(name, facts))
      if (this.#streams.has(name)) throw taken(name)
      // Before the row: one without its address would be of no use.
      await addresses.set(name, addressesOf(stream.settings))
      try {
        await rows.add(rowOf(name, stream), again)
      } catch (error) {
        await addresses.set(name, undefined)
        throw error
      }
      // The settings file may have come to have it meanwhile: then it is the file's.
      if (!this.#streams.has(name)) this.#apply(name, stream)
    })
  }

  change(name: string, change: unknown): Promise<void> {
    return this.#inTurn(async () => {
      const { rows, addresses } = this.#open()
      const known = this.#added(name)
      const merged = checkStreamSettings(name, merge(asHosted(known), change))
      const stream = addedStream(merged)
      await addresses.set(name, addressesOf(stream.settings))
      await rows.put(rowOf(name, stream))
      if (this.#streams.get(name) === known) this.#apply(name, stream)
    })
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
      const { rows, addresses } = this.#open()
      this.#added(name)
      await rows.remove(name)
      await addresses.set(name, undefined)
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
    const { rows, addresses } = this.#open()
    const configured = [...this.#streams].filter(([, { origin }]) => origin === 'config')
    try {
      await rows.follow(new Map(configured.map(([name, stream]) => [name, rowOf(name, stream)])))
      for (const [name] of configured) await addresses.set(name, undefined)
    } catch (error) {
      this.#options.log.warn({ err: error }, 'the store does not have all streams yet; it is tried again')
      this.#later = setTimeout(() => void this.#inTurn(() => this.#keepConfigured()), laterMs).unref()
    }
  }

  /** At once, and stored after that: somebody does not want to be seen. */
  async #setPaused(name: string, isPaused: boolean): Promise<void> {
    const { rows } = this.#open()
    this.#apply(name, { ...this.#known(name), isPaused })
    await this.#inTurn(async () => {
      const known = this.#streams.get(name)
      if (known) await rows.put(rowOf(name, known))
    })
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
    throw new SightlineError('SL_STREAM_CONFIGURED', `${name} is in the settings file: change it there.`)
  }

  #open(): Opened {
    if (this.#opened) return this.#opened
    throw new SightlineError('SL_STORE_UNAVAILABLE', 'The store is not open yet.', { retryable: true })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

function addedStream({ paused, ...settings }: StreamSettings): RegisteredStream {
  return { origin: 'added', settings, isPaused: paused ?? false }
}

function asHosted({ settings: { paused: _said, ...settings }, isPaused }: RegisteredStream): StreamSettings {
  return isPaused ? { ...settings, paused: true } : settings
}

/** A JSON merge patch (RFC 7396) of the first level. An address as it was shown is the one that it stands for. */
function merge(settings: StreamSettings, change: unknown): unknown {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) return change
  const shown = shownSettings(settings)
  const merged = { ...settings, ...change }
  for (const key of ['source', 'detectSource'] as const)
    if (merged[key] !== undefined && merged[key] === shown[key]) merged[key] = settings[key]!
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
}

function taken(name: string): SightlineError {
  return new SightlineError('SL_NAME_TAKEN', `A stream ${name} is there already: choose another name.`)
}
