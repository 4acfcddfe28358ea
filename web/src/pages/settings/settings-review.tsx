import type { SettingsChanged } from '../../../../src/contract/api/setting.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Failed, Note } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { settingTitle } from '../../strings/setting-names.ts'
import { settings } from '../../strings/settings.ts'
import { shell } from '../../strings/shell.ts'
import type { SettingKind } from './setting-kind.ts'
import { settingShown } from './setting-shown.ts'

type Changes = SettingsChanged['changes']
type Side = Changes[number]['before']

interface SettingsReviewProps {
  readonly changes: Changes
  readonly kindOfKey: (key: string) => SettingKind
  /** Somebody else changed them since they were shown. */
  readonly isOfOthers: boolean
  readonly isBusy: boolean
  readonly error: unknown
  readonly onApply: () => void
  readonly onClose: () => void
}

/** What would be otherwise, to be looked at before it is. */
export function SettingsReview(props: SettingsReviewProps) {
  const { changes, kindOfKey, isOfOthers, isBusy, error, onApply, onClose } = props
  const manner = useManner()
  const side = (key: string, { value, from }: Side) => (
    <>
      <span className="block">{settingShown(kindOfKey(key), value, manner)}</span>
      <span className="block text-note text-soft">{settings.from[from]}</span>
    </>
  )
  return (
    <Dialog isOpen isWide onClose={onClose} title={settings.reviewTitle}>
      {isOfOthers && <Note tone="warn">{settings.changedMeanwhile}</Note>}
      {changes.length === 0 ? (
        <p>{settings.nothingChanges}</p>
      ) : (
        <table className="w-full table-fixed border-collapse text-body">
          <caption className="sr-only">{settings.reviewCaption}</caption>
          <thead>
            <tr className="border-b border-edge text-left text-small text-soft">
              <th scope="col" className="py-2 pr-3 font-medium">
                {settings.setting}
              </th>
              <th scope="col" className="py-2 pr-3 font-medium">
                {settings.before}
              </th>
              <th scope="col" className="py-2 font-medium">
                {settings.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ key, before, after }) => (
              <tr key={key} className="border-b border-edge align-top last:border-0">
                <th scope="row" className="py-2 pr-3 text-left font-medium wrap-anywhere">
                  {settingTitle(key)}
                  <code className="block text-note font-normal text-soft">{key}</code>
                </th>
                <td className="py-2 pr-3 text-soft">{side(key, before)}</td>
                <td className="py-2 font-medium">{side(key, after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {error != null && <Failed error={error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{shell.cancel}</Button>
        {changes.length > 0 && (
          <Button look="main" isBusy={isBusy} onClick={onApply}>
            {settings.apply}
          </Button>
        )}
      </div>
    </Dialog>
  )
}
