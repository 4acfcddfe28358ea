import type { Principal } from '../../access/principal.ts'
import { isFileAlone, isHot } from '../../config/changed-settings.ts'
import { saidVariables } from '../../config/environment-settings.ts'
import { valueAt } from '../../config/setting-keys.ts'
import type { HeldSetting } from '../../config/setting-layers.ts'
import { shownValue } from '../../config/shown-settings.ts'
import { usualSettings } from '../../config/usual-settings.ts'
import type { SettingItem, SettingList, SettingsChanged } from '../../contract/api/setting.ts'
import type { SettingsNow } from './setting-control.ts'
import type { Sources } from './sources.ts'

/** Every setting, who says it, and who can. Nothing of it is a secret. */
export function listSettings({ settings }: Pick<Sources, 'settings'>): SettingList {
  return listOf(settings.look())
}

/** @throws SL_REQUEST_INVALID, SL_OPTION_CONFLICT, SL_CONFIG_INVALID */
export async function changeSettings(
  { settings }: Pick<Sources, 'settings'>,
  { actor }: Principal,
  patch: unknown,
  check: boolean
): Promise<SettingsChanged> {
  const { changes, after } = await settings.change(actor, patch, { check })
  return {
    isApplied: !check,
    changes: changes.map(({ before, after }) => ({
      key: before.setting.key,
      before: { value: shown(before, before.value), from: before.from },
      after: { value: shown(after, after.value), from: after.from }
    })),
    settings: listOf(after)
  }
}

function listOf({ layers: { file, environment }, held, restartNeeded }: SettingsNow): SettingList {
  const variables = saidVariables(environment)
  const items = held.map((each): SettingItem => {
    const { key, path } = each.setting
    const variable = variables.get(key) ?? null
    return {
      key,
      value: shown(each, each.value),
      from: each.from,
      inFile: shown(each, valueAt(file, path)),
      usual: valueAt(usualSettings, path) ?? null,
      variable,
      isChangeable: isHot(key) && !isFileAlone(key) && variable === null,
      needsRestart: !isHot(key)
    }
  })
  return { items, restartNeeded: [...restartNeeded] }
}

function shown({ setting }: HeldSetting, value: unknown): unknown {
  return shownValue(value ?? null, setting.key)
}
