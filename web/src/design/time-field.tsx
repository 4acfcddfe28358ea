import { ToldField } from './told-field.tsx'

const minuteMs = 60_000
/** A day before the year 9999 ends, which is as late as the server knows: it is of that year in every zone. */
const latestMs = 253_402_214_399_999

interface TimeFieldProps {
  readonly label: string
  /** Epoch milliseconds; undefined for none. */
  readonly value: number | undefined
  /** Once all of it is filled in: on the way to the 25th is a 2nd, and to 2026 the year 2. */
  readonly onChange: (ms: number | undefined) => void
}

/** A day and a time of it, in the viewer's zone. */
export function TimeField({ label, value, onChange }: TimeFieldProps) {
  return (
    <ToldField
      type="datetime-local"
      label={label}
      value={localText(value)}
      onTold={text => {
        const ms = msOf(text)
        // A year that nobody meant: it is as it was then.
        if (ms === undefined || (ms >= 0 && ms <= latestMs)) onChange(ms)
      }}
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
