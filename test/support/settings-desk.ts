import type { Environment } from '../../src/config/environment-settings.ts'
import { Settings } from '../../src/config/settings.ts'
import { parseCheckedYaml } from '../../src/core/checked-yaml.ts'
import { createLog } from '../../src/core/log.ts'
import { SettingsDesk } from '../../src/roles/settings/settings-desk.ts'

/** What a settings file of that text says. */
export function settingsFile(text: string) {
  return parseCheckedYaml(Settings, text, 'sightline.yaml', 'SL_CONFIG_INVALID')
}

/** The settings of a server that was started over a file of that text. */
export function settingsDesk(text = '{}', environment: Environment = {}): SettingsDesk {
  return new SettingsDesk({ file: settingsFile(text), path: 'sightline.yaml', environment, log: createLog('silent') })
}
