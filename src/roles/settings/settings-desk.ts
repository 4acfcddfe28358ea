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
import type { Audit } from '../../store/audit.ts'
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

type Stores = { readonly values: Pick<KeptValues, 'get' | 'put'>; readonly audit: Pick<Audit, 'add'> }

/** Where in the store what was said beside the file is kept. */
const keptUnder = 'settings.said'

/**
 * The settings as they hold: what the file says, what was said through the API since, and the environment. Parts follow them;
 * either all take over a change, or none does, and then everything is as it was.
 */
export class SettingsDesk implements SettingControl {
  readonly #options: SettingsDeskOptions
  readonly #first: Settings
  readonly #parts: Part[] = []
  #layers: Layers
  #now: Settings
  #stores: Stores | undefined
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
  async open(stores: Stores): Promise<void> {
    this.#stores = stores
    const said = (await stores.values.get(keptUnder)) ?? {}
    const isReadable = Value.Check(SaidSettings, said)
    if (!isReadable) this.#options.log.error('what was said of the settings is not as we keep it: the file counts')
    await this.#inTurn(() => this.#take(this.#options.file, isReadable ? said : {}, true))
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
    return this.#told(this.#layers, this.#now)
  }

  async change(actor: string, patch: unknown, { check }: { readonly check: boolean }) {
    const { known, unknown } = keysIn(patch)
    requireChangeable(known, unknown, this.#layers.environment)
    return this.#inTurn(async () => {
      const said = saidAfter(this.#layers, known, patch)
      const prepared = await this.#prepared({ ...this.#layers, said }).catch(unwrapped)
      const after = this.#told(prepared.layers, prepared.settings)
      const changes = changesBetween(this.look().held, after.held)
      if (check || changes.length === 0) return { changes, after }
      const { values, audit } = this.#opened()
      await values.put(keptUnder, said, Date.now())
      this.#takeOver(prepared)
      await audit.add({
        atMs: Date.now(),
        actor,
        action: 'settings-changed',
        subject: 'settings',
        detail: { changes: toldChanges(changes) }
      })
      return { changes, after }
    })
  }

  async #take(file: CheckedYaml<Settings>, before: SaidSettings, isStart: boolean): Promise<void> {
    const dropped = new Set(overruled(before, file.value))
    let prepared: Prepared | undefined
    while (!prepared) {
      const said = without(before, dropped)
      const layers = { ...this.#layers, file: file.value, said }
      try {
        prepared = await this.#prepared(layers)
      } catch (error) {
        const blamed = toBlame(layers, error)
        if (blamed.length === 0) throw this.#withLine(error, file)
        for (const key of blamed) dropped.add(key)
      }
    }
    const changes = isStart ? [] : changesBetween(this.look().held, heldSettings(prepared.settings, prepared.layers))
    this.#takeOver(prepared)
    if (changes.length > 0 || dropped.size > 0) await this.#noteFile(toldChanges(changes), [...dropped])
  }

  /** What the store cannot be told now it finds out at the next start. */
  async #noteFile(changes: readonly object[], fileWins: readonly string[]): Promise<void> {
    const { log } = this.#options
    if (fileWins.length > 0)
      log.warn({ keys: fileWins }, 'the settings file was changed: what was said beside it holds no more')
    try {
      const { values, audit } = this.#opened()
      const atMs = Date.now()
      if (fileWins.length > 0) await values.put(keptUnder, this.#layers.said, atMs)
      const entry = { actor: 'settings-file', action: 'settings-changed', subject: 'settings' }
      await audit.add({ atMs, ...entry, detail: { changes, fileWins } })
    } catch (error) {
      log.warn({ err: error }, 'the store does not have the change of the settings')
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

  #told(layers: Layers, settings: Settings): SettingsNow {
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

  #opened(): Stores {
    if (this.#stores) return this.#stores
    throw new SightlineError('SL_STORE_UNAVAILABLE', 'The store is not open yet.', { retryable: true })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

function without(said: SaidSettings, keys: ReadonlySet<string>): SaidSettings {
  return Object.fromEntries(Object.entries(said).filter(([key]) => !keys.has(key)))
}
