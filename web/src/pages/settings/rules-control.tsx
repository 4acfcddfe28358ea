import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useId } from 'react'
import { Button, IconButton } from '../../design/button.tsx'
import { Field, Select } from '../../design/field.tsx'
import { Icon } from '../../design/icon.tsx'
import { streamsQuery } from '../../streams/stream-list.ts'
import { settingTexts } from '../../strings/setting-names.ts'
import { settings } from '../../strings/settings.ts'
import { type NamedRule, rulesIn, rulesText } from './named-rules.ts'

interface RulesControlProps {
  readonly label: string
  readonly hint: ReactNode
  readonly error: string | undefined
  readonly disabled: boolean
  /** What there are rules of. */
  readonly of: readonly string[]
  readonly text: string
  readonly onText: (text: string) => void
}

const { rules: words } = settings

/** Rules that hold for some streams alone, a line of fields for each. */
export function RulesControl({ label, hint, error, disabled, of, text, onText }: RulesControlProps) {
  const id = useId()
  const { data: streams = [] } = useQuery(streamsQuery)
  const lines = rulesIn(text)
  const change = (at: number, next: Partial<NamedRule>) =>
    onText(rulesText(lines.map((line, index) => (index === at ? { ...line, ...next } : line))))
  return (
    <fieldset disabled={disabled} aria-describedby={`${id}-hint`} className="grid min-w-0 gap-2">
      <legend className="mb-1.5 text-small font-medium">{label}</legend>
      <p id={`${id}-hint`} className="text-small text-soft">
        {hint}
      </p>
      {lines.length === 0 && <p className="text-soft">{words.none}</p>}
      {lines.map((line, at) => (
        <fieldset
          key={at}
          className="grid grid-cols-[1fr_auto] items-end gap-2 rounded-medium border border-edge p-3 sm:grid-cols-[1fr_1fr_1fr_auto]"
        >
          <legend className="sr-only">{words.line(at + 1)}</legend>
          <div className="col-span-2 sm:col-span-1">
            <Select
              label={words.stream}
              value={line.name}
              choices={choicesOf(
                line.name,
                streams.map(({ name, title }) => ({ value: name, label: title }))
              )}
              onChoice={name => change(at, { name })}
            />
          </div>
          <div className="col-span-2 sm:col-span-1">
            <Select
              label={words.of}
              value={line.of}
              choices={choicesOf(
                line.of,
                of.map(each => ({ value: each, label: settingTexts.get(`retention.${each}`)?.title ?? each }))
              )}
              onChoice={each => change(at, { of: each })}
            />
          </div>
          <Field
            label={words.rule}
            value={line.rule}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => change(at, { rule: target.value })}
          />
          <IconButton
            icon="trash"
            name={words.remove(at + 1)}
            onClick={() => onText(rulesText(lines.filter((_, index) => index !== at)))}
          />
        </fieldset>
      ))}
      <div>
        <Button isSmall icon="plus" onClick={() => onText(rulesText([...lines, { name: '', of: '', rule: '' }]))}>
          {words.add}
        </Button>
      </div>
      {error !== undefined && (
        <p role="alert" className="flex gap-1.5 text-small text-bad">
          <Icon name="bad" size={18} />
          {error}
        </p>
      )}
    </fieldset>
  )
}

/** Nothing chosen, and what is chosen also where it is no more. */
function choicesOf(chosen: string, known: readonly { readonly value: string; readonly label: string }[]) {
  const isKnown = chosen === '' || known.some(({ value }) => value === chosen)
  return [
    ...(chosen === '' ? [{ value: '', label: words.choose }] : []),
    ...known,
    ...(isKnown ? [] : [{ value: chosen, label: chosen }])
  ]
}
