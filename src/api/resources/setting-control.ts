import type { HeldSetting, Layers } from '../../config/setting-layers.ts'
import type { Settings } from '../../config/settings.ts'

/** Settings as they hold, and who says what of them. */
export interface SettingsNow {
  readonly layers: Layers
  readonly held: readonly HeldSetting[]
  /** Keys that were changed since the start and hold from the next one on. */
  readonly restartNeeded: readonly string[]
}

/** A setting that is another one, or is said by somebody else. */
export interface SettingChange {
  readonly before: HeldSetting
  readonly after: HeldSetting
}

/** The settings while they hold: they can be looked at, and some be said otherwise. */
export interface SettingControl {
  /** All that holds at this moment. */
  readonly now: Settings
  look(): SettingsNow
  /**
   * @param patch as a settings file has it, null for what is to be as usual (RFC 7396)
   * @param options `check`: says what would be otherwise, and changes nothing
   * @throws SL_REQUEST_INVALID for what cannot be said so, SL_OPTION_CONFLICT for what the environment says,
   * SL_CONFIG_INVALID for what cannot be used
   */
  change(
    actor: string,
    patch: unknown,
    options: { readonly check: boolean }
  ): Promise<{ readonly changes: readonly SettingChange[]; readonly after: SettingsNow }>
}
