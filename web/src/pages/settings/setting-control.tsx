import { Field, Select, TextArea } from '../../design/field.tsx'
import { settings } from '../../strings/settings.ts'
import { RulesControl } from './rules-control.tsx'
import type { SettingKind } from './setting-kind.ts'

interface SettingControlProps {
  readonly kind: SettingKind
  readonly label: string
  /** What it does, and what it is counted in. */
  readonly hint: string
  readonly text: string
  readonly error: string | undefined
  readonly isDisabled: boolean
  readonly onText: (text: string) => void
}

/** What a setting is filled in with. */
export function SettingControl({ kind, label, hint, text, error, isDisabled, onText }: SettingControlProps) {
  const told = { label, hint: hintOf(kind, hint), error, disabled: isDisabled }
  if (kind.kind === 'switch' || kind.kind === 'choice') {
    const values = kind.kind === 'switch' ? ['true', 'false'] : kind.choices
    const named = (value: string) => (kind.kind === 'switch' ? (value === 'true' ? settings.yes : settings.no) : value)
    return (
      <Select
        {...told}
        value={text}
        choices={[
          ...(text === '' ? [{ value: '', label: settings.asUsual }] : []),
          ...values.map(value => ({ value, label: named(value) }))
        ]}
        onChoice={onText}
      />
    )
  }
  if (kind.kind === 'rules') return <RulesControl {...told} of={kind.of} text={text} onText={onText} />
  const written = {
    ...told,
    value: text,
    spellCheck: false,
    autoCapitalize: 'none',
    autoComplete: 'off',
    onChange: ({ target }: { readonly target: { readonly value: string } }) => onText(target.value)
  }
  if (kind.kind === 'lines' || kind.kind === 'origins' || kind.kind === 'pairs' || kind.kind === 'json')
    return <TextArea {...written} rows={Math.min(12, Math.max(2, text.split('\n').length))} />
  return <Field {...written} inputMode={kind.kind === 'number' ? 'decimal' : undefined} />
}

const forms: Readonly<Partial<Record<SettingKind['kind'], string>>> = {
  bytes: settings.hints.bytes,
  lines: settings.linesHint,
  origins: settings.hints.origins,
  pairs: settings.hints.pairs,
  json: settings.hints.json
}

function hintOf({ kind }: SettingKind, hint: string): string {
  return [hint, forms[kind]].filter(Boolean).join(' ')
}
