import { Field } from './field.tsx'

const minuteMs = 60_000

interface TimeFieldProps {
  readonly label: string
  /** Epoch milliseconds; undefined for none. */
  readonly value: number | undefined
  readonly onChange: (ms: number | undefined) => void
}

/** A day and a time of it, in the viewer's zone. */
export function TimeField({ label, value, onChange }: TimeFieldProps) {
  return (
    <Field
      type="datetime-local"
      label={label}
      value={localText(value)}
      onChange={({ target }) => onChange(msOf(target.value))}
    />
  )
}

/** As the browser's field has it, in its zone. */
function localText(ms: number | undefined): string {
  if (ms === undefined) return ''
  return new Date(ms - new Date(ms).getTimezoneOffset() * minuteMs).toISOString().slice(0, 16)
}

function msOf(text: string): number | undefined {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}
