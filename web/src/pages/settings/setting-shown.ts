import { fileSize, type Manner } from '../../strings/format.ts'
import { settings } from '../../strings/settings.ts'
import type { SettingKind } from './setting-kind.ts'
import { textOf } from './setting-text.ts'

/** From so many bytes on, a size is said as people say it. */
const leastNamedBytes = 1000

/** A value as people read it. */
export function settingShown(kind: SettingKind, value: unknown, manner: Manner): string {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return settings.nothing
  if (typeof value === 'boolean') return value ? settings.yes : settings.no
  if (kind.kind === 'bytes' && typeof value === 'number' && value >= leastNamedBytes) return fileSize(value, manner)
  if (kind.kind === 'json') return JSON.stringify(value)
  return textOf(kind, value).replaceAll('\n', kind.kind === 'rules' ? '; ' : ', ')
}
