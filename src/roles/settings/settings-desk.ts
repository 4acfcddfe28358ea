import { isDeepStrictEqual } from 'node:util'
import Value from 'typebox/value'
import type { SettingControl, SettingsNow } from '../../api/resources/setting-control.ts'
import { needingRestart } from '../../config/changed-settings.ts'
import type { Environment } from '../../config/environment-settings.ts'
import {
  heldSettings,
  keysIn,
  type Layers,
  overruled,
  SaidSettings,
  saidAfter,
  settingsOf
} from '../../config/setting-layers.ts'
import type { Settings } from '../../config/settings.ts'
import type { CheckedYaml } from '../../core/checked-yaml.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Logger } from '../../core/log.ts'
import type { Settings as KeptValues } from '../../store/settings.ts'
import { requireChangeable } from './changeable.ts'
import { keyOf, PartFault, toBlame, unwrapped } from './part-fault.ts'
import { changesBetween, toldChanges } from './told-changes.ts'

/**
 * What a part makes of settings that are about to hold. Throws SL_CONFIG_INVALID for those that it cannot use; what it gives takes
 * them over, at once and without fail.
 */
export type Follower = (next: Settings) => (() => void) | Promise<() => void>

export interface SettingsDeskOptions {
  /** As it was read at the start. */
  readonly file: CheckedYaml<Settings>
  /** Where that is. */
  readonly path: string
  readonly environment: Environment
  readonly log: Logger
}

interface Part {
  /** What of the settings it follows, for who has to mend them. */
  readonly section: string
  readonly follow: Follower
}

interface Prepared {
  readonly layers: Layers
  readonly settings: Settings
  readonly takes: readonly (() => void)[]
}

type Kept = Pick<KeptValues, 'get' | 'replace'>

/** Where in the store what was said beside the file is kept. */
const keptUnder = 'settings.said'

/**
 * The settings as they hold: what the file says, what was said through the API since, and the environment. Parts follow them;
 * either all take over a change, or none does, and then everything is as it was. Servers that share a store share what was said:
 * each change begins with what is kept by then, and is kept with its entry of the audit before anything takes it over.
 */
export class SettingsDesk implements SettingControl {
  readonly #options: SettingsDeskOptions
  readonly #first: Settings
  readonly #parts: Part[] = []
  #layers: Layers
  #now: Settings
  #values: Kept | undefined
  /** Changes come one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  /** @throws SL_CONFIG_INVALID for what the environment says */
  constructor(options: SettingsDeskOptions) {
    const { file, environment } = options
    this.#options = options
    this.#layers = { file: file.value, said: {}, environment }
    this.#now = settingsOf(this.#layers)
    this.#first = this.#now
  }

  get now(): Settings {
    return this.#now
  }

  /** A part that was made after `now`, and is told from now on. */
  follow(section: string, follow: Follower): void {
    this.#parts.push({ section, follow })
  }

  /** What was said before we began holds from now on, as far as the file is still as it was then. @throws SL_STORE_… */
  async open(values: Kept): Promise<void> {
    this.#values = values
    await this.#inTurn(async () => this.#take(this.#options.file, (await this.#read()).said, true))
  }

  /**
   * The file says so from now on.
   * @returns keys that hold from the next start on, by their paths
   * @throws SL_CONFIG_INVALID, with the line: then nothing is otherwise
   */
  take(file: CheckedYaml<Settings>): Promise<readonly string[]> {
    return this.#inTurn(async () => {
      await this.#take(file, this.#layers.said, false)
      return needingRestart(this.#first, this.#now)
    })
  }

  look(): SettingsNow {
    return this.#told({ layers: this.#layers, settings: this.#now })
  }

  async change(actor: string, patch: unknown, { check }: { readonly check: boolean }) {
    const { known, unknown } = keysIn(patch)
    requireChangeable(known, unknown, this.#layers.environment)
    return this.#inTurn(async () => {
      for (;;) {
        const { kept, said } = await this.#read()
        const before = await this.#usable({ ...this.#layers, said }).catch(unwrapped)
        const next = saidAfter(before.layers, known, patch)
        const prepared = await this.#prepared({ ...before.layers, said: next }).catch(unwrapped)
        const after = this.#told(prepared)
        const changes = changesBetween(this.#told(before).held, after.held)
        if (check) return { changes, after }
        const detail = { changes: toldChanges(changes) }
        // What cannot be used here may be of use where it was said: it stays.
        const unused = without(said, [...known, ...Object.keys(before.layers.said)])
        if (changes.length > 0 && !(await this.#keep(kept, { ...unused, ...next }, actor, detail))) continue
        this.#takeOver(prepared)
        return { changes, after }
      }
    })
  }

  async #take(file: CheckedYaml<Settings>, said: SaidSettings, isStart: boolean): Promise<void> {
    const prepared = await this.#usable({ ...this.#layers, file: file.value, said }).catch(error => {
      throw this.#withLine(error, file)
    })
    const dropped = without(said, Object.keys(prepared.layers.said))
    const changes = isStart ? [] : changesBetween(this.look().held, this.#told(prepared).held)
    this.#takeOver(prepared)
    if (changes.length > 0 || Object.keys(dropped).length > 0) await this.#noteFile(toldChanges(changes), dropped)
  }

  /** What the store cannot be told now it finds out at the next start. */
  async #noteFile(changes: readonly object[], dropped: SaidSettings): Promise<void> {
    const { log } = this.#options
    const fileWins = Object.keys(dropped)
    if (fileWins.length > 0)
      log.warn({ keys: fileWins }, 'the settings file was changed: what was said beside it holds no more')
    try {
      for (;;) {
        const { kept, said } = await this.#read()
        // What was said of them since, of the file as it is now, stays.
        const gone = fileWins.filter(key => isDeepStrictEqual(said[key], dropped[key]))
        if (await this.#keep(kept, without(said, gone), 'settings-file', { changes, fileWins })) return
      }
    } catch (error) {
      log.warn({ err: error }, 'the store does not have the change of the settings')
    }
  }

  /** What was said, as the store has it, and as it can be read. @throws SL_STORE_… */
  async #read(): Promise<{ readonly kept: unknown; readonly said: SaidSettings }> {
    const kept = await this.#opened().get(keptUnder)
    const said = kept ?? {}
    if (Value.Check(SaidSettings, said)) return { kept, said }
    this.#options.log.error('what was said of the settings is not as we keep it: the file counts')
    return { kept, said: {} }
  }

  /** False where another server was first: what is kept is no longer `kept`. @throws SL_STORE_… */
  #keep(kept: unknown, said: SaidSettings, actor: string, detail: object): Promise<boolean> {
    const entry = { atMs: Date.now(), actor, action: 'settings-changed', subject: 'settings', detail }
    return this.#opened().replace(keptUnder, kept, said, entry)
  }

  /** Without what was said and does not go with the file. @throws PartFault, SL_CONFIG_INVALID */
  async #usable(layers: Layers): Promise<Prepared> {
    const dropped = new Set(overruled(layers.said, layers.file))
    for (;;) {
      const usable = { ...layers, said: without(layers.said, [...dropped]) }
      try {
        return await this.#prepared(usable)
      } catch (error) {
        const blamed = toBlame(usable, error)
        if (blamed.length === 0) throw error
        for (const key of blamed) dropped.add(key)
      }
    }
  }

  /** @throws PartFault, SL_CONFIG_INVALID */
  async #prepared(layers: Layers): Promise<Prepared> {
    const settings = settingsOf(layers)
    const takes: (() => void)[] = []
    for (const { section, follow } of this.#parts)
      try {
        takes.push(await follow(settings))
      } catch (error) {
        throw new PartFault(section, error)
      }
    return { layers, settings, takes }
  }

  #takeOver({ layers, settings, takes }: Prepared): void {
    this.#layers = layers
    this.#now = settings
    for (const take of takes)
      try {
        take()
      } catch (error) {
        this.#options.log.error({ err: error }, 'a part did not take over the settings')
      }
  }

  #told({ layers, settings }: Pick<Prepared, 'layers' | 'settings'>): SettingsNow {
    return {
      layers,
      held: heldSettings(settings, layers),
      restartNeeded: needingRestart(this.#first, settings)
    }
  }

  #withLine(error: unknown, { value, lineOf }: CheckedYaml<Settings>): unknown {
    if (!(error instanceof PartFault)) return error
    const told = error.told()
    const path = (keyOf(told) ?? '').split('.')
    if (!(told instanceof SightlineError) || !(path[0]! in value)) return told
    return new SightlineError(told.code, `${this.#options.path}:${lineOf(path)}: ${told.message}`, { cause: told })
  }

  #opened(): Kept {
    if (this.#values) return this.#values
    throw new SightlineError('SL_STORE_UNAVAILABLE', 'The store is not open yet.', { retryable: true })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

function without(said: SaidSettings, keys: readonly string[]): SaidSettings {
  return Object.fromEntries(Object.entries(said).filter(([key]) => !keys.includes(key)))
}
