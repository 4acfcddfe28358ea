import { isDeepStrictEqual } from 'node:util'
import type { SettingChange } from '../../api/resources/setting-control.ts'
import type { HeldSetting } from '../../config/setting-layers.ts'
import { shownValue } from '../../config/shown-settings.ts'

/** Settings that are other ones, or are said by somebody else. Both lists are in the same order. */
export function changesBetween(
  before: readonly HeldSetting[],
  after: readonly HeldSetting[]
): readonly SettingChange[] {
  return before.flatMap((held, at) => {
    const next = after[at]!
    const isSame = held.from === next.from && isDeepStrictEqual(held.value, next.value)
    return isSame ? [] : [{ before: held, after: next }]
  })
}

/** What is longer tells nobody anything. */
const longestValue = 1000

/** As the audit has them: without secrets, and not without end. */
export function toldChanges(changes: readonly SettingChange[]): readonly object[] {
  return changes.map(({ before, after }) => ({
    key: before.setting.key,
    before: told(before),
    after: told(after)
  }))
}

function told({ setting, value = null, from }: HeldSetting): object {
  const shown = shownValue(value, setting.key)
  const text = JSON.stringify(shown)
  return { value: text.length > longestValue ? `${text.slice(0, longestValue)}…` : shown, from }
}
