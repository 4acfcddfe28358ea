import type { SettingItem } from '../../../../src/contract/api/setting.ts'
import { Badge, type Tone } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { useManner } from '../../preferences/preferences.ts'
import type { SettingText } from '../../strings/setting-names.ts'
import { settings } from '../../strings/settings.ts'
import { SettingControl } from './setting-control.tsx'
import type { SettingKind } from './setting-kind.ts'
import { settingShown } from './setting-shown.ts'
import { textOf } from './setting-text.ts'

const tones: Readonly<Record<SettingItem['from'], Tone>> = {
  default: 'plain',
  file: 'plain',
  api: 'info',
  environment: 'plain'
}

interface SettingRowProps {
  readonly item: SettingItem
  readonly kind: SettingKind
  readonly text: SettingText
  /** What was filled in; undefined for what holds. */
  readonly draft: string | undefined
  readonly error: string | undefined
  readonly onDraft: (text: string | undefined) => void
}

/** One setting: what it does, what it is, who says so, and what it is to be. */
export function SettingRow({ item, kind, text: { title, what, unit }, draft, error, onDraft }: SettingRowProps) {
  const manner = useManner()
  const { key, value, from, inFile, usual, isChangeable } = item
  const now = textOf(kind, value)
  const fileText = inFile === null ? undefined : textOf(kind, inFile)
  return (
    <li className="grid items-start gap-x-6 gap-y-2 border-t border-edge py-4 first:border-0 md:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <SettingControl
        kind={kind}
        label={unit === undefined ? title : `${title} (${unit})`}
        hint={what}
        text={draft ?? now}
        error={error}
        isDisabled={!isChangeable}
        onText={text => onDraft(text)}
      />
      <div className="grid justify-items-start gap-1.5 text-small text-soft md:pt-6.5">
        <span className="flex flex-wrap items-center gap-2">
          <Badge tone={tones[from]}>{settings.from[from]}</Badge>
          {draft !== undefined && <Badge tone="warn">{settings.changed}</Badge>}
        </span>
        <code className="text-note wrap-anywhere">{key}</code>
        <span className="wrap-anywhere">
          {usual === null ? settings.chosenByMachine : settings.usual(settingShown(kind, usual, manner))}
        </span>
        {fileText !== undefined && from !== 'file' && (
          <span className="wrap-anywhere">{settings.inFile(settingShown(kind, inFile, manner))}</span>
        )}
        <Elsewhere item={item} />
        {isChangeable && (
          <span className="flex flex-wrap gap-2">
            {draft !== undefined && (
              <Button
                isSmall
                look="quiet"
                aria-label={settings.takeBackNamed(title)}
                onClick={() => onDraft(undefined)}
              >
                {settings.takeBack}
              </Button>
            )}
            {draft === undefined && from !== 'default' && (
              <Button isSmall look="quiet" aria-label={settings.asUsualNamed(title)} onClick={() => onDraft('')}>
                {settings.asUsual}
              </Button>
            )}
            {draft === undefined && from === 'api' && fileText !== undefined && fileText !== now && (
              <Button isSmall look="quiet" aria-label={settings.asInFileNamed(title)} onClick={() => onDraft(fileText)}>
                {settings.asInFile}
              </Button>
            )}
          </span>
        )}
      </div>
    </li>
  )
}

/** Where it is said, where that is not here. */
function Elsewhere({ item: { variable, isChangeable, needsRestart } }: { readonly item: SettingItem }) {
  if (isChangeable) return null
  const why =
    variable !== null ? settings.inEnvironment(variable) : needsRestart ? settings.needsRestart : settings.fileAlone
  return <span className="text-text">{why}</span>
}
