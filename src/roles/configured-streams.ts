import { type FileChangesOptions, fileChanges, stampOf } from '../config/file-changes.ts'
import { filledAddress } from '../config/filled-address.ts'
import { isBlank, type SettingsFile } from '../config/load-settings.ts'
import type { Settings } from '../config/settings.ts'
import type { StreamSettings, StreamsSettings } from '../config/stream-settings.ts'
import type { CheckedYaml } from '../core/checked-yaml.ts'
import { SightlineError } from '../core/errors.ts'
import type { Health, Problem } from '../core/health.ts'
import type { Logger } from '../core/log.ts'
import type { Live } from './live.ts'
import { checkStreamSettings } from './streams/stream-check.ts'

export interface ConfiguredStreamsOptions {
  /** The settings file, whether it is there or not. */
  readonly path: string
  readonly read: () => Promise<SettingsFile>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: Logger
  /** Shows the demo and a place for one's own camera where the file says nothing of streams. */
  readonly demo: boolean
  /** How the file is waited for. */
  readonly changes?: Omit<FileChangesOptions, 'signal' | 'log'>
}

/** What there is to see where nobody has said anything: people at an entrance, and a place for one's own camera. */
const firstStreams: StreamsSettings = {
  demo: {
    title: 'Demo: people at an entrance',
    source: 'demo:',
    classes: ['person'],
    lines: {
      // Across the way that people take past the door.
      walkway: [
        [0.5, 0.57],
        [0.46, 0.99]
      ]
    },
    zones: {
      forecourt: [
        [0.2, 0.55],
        [0.8, 0.55],
        [0.95, 0.95],
        [0.05, 0.95]
      ]
    }
  },
  camera: { title: 'Your camera', source: 'push:', maxFps: 15 }
}

/**
 * Takes over what else the settings file says now, or nothing of it.
 * @returns keys that hold from the next start on, by their paths
 * @throws SL_CONFIG_INVALID
 */
export type TakeOver = (file: CheckedYaml<Settings>) => Promise<readonly string[]>

/** The settings file, read again whenever it changes. What is wrong with it is said, and changes nothing. */
export class ConfiguredStreams implements Health {
  readonly #options: ConfiguredStreamsOptions
  /** The text that was taken over last. */
  #taken = ''
  /** Only until the file says something of streams: what was shown to somebody who had none never comes to somebody who had. */
  #showsDemo: boolean
  #refusal: Problem | undefined
  #heldBack: Problem | undefined

  constructor(options: ConfiguredStreamsOptions) {
    this.#options = options
    this.#showsDemo = options.demo
  }

  problems(): readonly Problem[] {
    const problem = this.#refusal ?? this.#heldBack
    return problem ? [problem] : []
  }

  /** Sets them, and again at each change until `signal` is aborted. @throws SL_CONFIG_INVALID for the first reading */
  async follow(
    live: Pick<Live, 'setStreams'>,
    signal: AbortSignal,
    takeOver: TakeOver = async () => []
  ): Promise<void> {
    const first = await this.#options.read()
    await takeOver(first)
    await live.setStreams(streamsOf(this.#options, first.value))
    this.#note(first)
    void this.#watch(live, signal, takeOver)
  }

  async #watch(live: Pick<Live, 'setStreams'>, signal: AbortSignal, takeOver: TakeOver): Promise<void> {
    const { path, changes, log } = this.#options
    for await (const stamp of fileChanges(path, { ...changes, signal, log })) {
      const reading = this.#read()
      await Promise.allSettled([reading])
      // Written again while it was read: that is a change of its own, and what was wrong may be so no more.
      if ((await stampOf(path)) !== stamp) continue
      if (signal.aborted) return
      await this.#reload(reading, live, takeOver).catch(error => this.#refuse(error))
    }
  }

  /** @throws SL_CONFIG_INVALID, also where nothing is left of what was taken over: disks get full, and folders lose their mount */
  async #read(): Promise<SettingsFile> {
    const { path, read } = this.#options
    const file = await read()
    if (!isBlank(file.text) || isBlank(this.#taken)) return file
    const fault = file.isThere ? 'is empty: write {} to have everything as usual' : 'is not there any more'
    throw new SightlineError('SL_CONFIG_INVALID', `The settings file ${path} ${fault}. What it said before goes on.`)
  }

  /** @throws SL_CONFIG_INVALID */
  async #reload(reading: Promise<SettingsFile>, live: Pick<Live, 'setStreams'>, takeOver: TakeOver): Promise<void> {
    const { path, environment, log } = this.#options
    const file = await reading
    // After a refusal some of what was refused may hold.
    if (file.text === this.#taken && !this.#refusal) return
    const streams = usableStreams({ environment, demo: this.#showsDemo }, file, path)
    const later = await takeOver(file)
    await live.setStreams(streams)
    this.#note(file)
    this.#refusal = undefined
    this.#heldBack = later.length === 0 ? undefined : heldBack(later)
    log.info({ later }, 'the settings file was taken over')
    if (later.length > 0) log.warn({ later }, 'some of the settings file holds from the next start on')
  }

  #note({ text, value }: SettingsFile): void {
    this.#taken = text
    this.#showsDemo &&= value.streams === undefined
  }

  #refuse(error: unknown): void {
    // What is no refusal is a fault of ours: no reason to end what runs.
    const code = error instanceof SightlineError ? error.code : 'SL_INTERNAL'
    const message = error instanceof Error ? error.message : String(error)
    if (this.#refusal?.code === code && this.#refusal.message === message) return
    this.#options.log.error({ err: error }, 'the settings file was changed, and cannot be used')
    this.#refusal = { part: 'settings', code, message, sinceMs: Date.now() }
  }
}

function heldBack(keys: readonly string[]): Problem {
  const message = `The settings file was changed: ${keys.join(', ')} will hold from the next start on.`
  return { part: 'settings', code: 'SL_RESTART_NEEDED', message, sinceMs: Date.now() }
}

/** The same, each looked at by itself, before any is taken over. @throws SL_CONFIG_INVALID, with the line of its stream */
function usableStreams(
  options: Pick<ConfiguredStreamsOptions, 'environment' | 'demo'>,
  { value, lineOf }: CheckedYaml<Settings>,
  path: string
): ReadonlyMap<string, StreamSettings> {
  for (const [name, given] of Object.entries(value.streams ?? {}))
    try {
      for (const [, stream] of streamsOf(options, { streams: { [name]: given } }))
        checkStreamSettings(name, stream, stream)
    } catch (cause) {
      if (!(cause instanceof SightlineError)) throw cause
      const message = `${path}:${lineOf(['streams', name])}: ${cause.message}`
      throw new SightlineError('SL_CONFIG_INVALID', message, { cause })
    }
  return streamsOf(options, value)
}

/** By name. `${NAME}` in an address stands for a variable of the environment. @throws SL_CONFIG_INVALID */
export function streamsOf(
  { environment, demo }: Pick<ConfiguredStreamsOptions, 'environment' | 'demo'>,
  { streams }: Settings
): ReadonlyMap<string, StreamSettings> {
  return new Map(
    Object.entries(streams ?? (demo ? firstStreams : {})).map(([name, given]) => {
      const settings = typeof given === 'string' ? { source: given } : given
      const filled = (address: string) => filledAddress(`the stream ${name}`, address, environment)
      const { source, detectSource } = settings
      return [
        name,
        {
          ...settings,
          source: filled(source),
          ...(detectSource !== undefined && { detectSource: filled(detectSource) })
        }
      ]
    })
  )
}
