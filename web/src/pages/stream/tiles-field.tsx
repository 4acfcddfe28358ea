import { Select } from '../../design/field.tsx'
import { tiles } from '../../strings/tiles.ts'

/** What most need; another one that is set already is kept. */
const usual = ['auto', '2x1', '2x2', '3x2', '3x3'] as const

interface TilesFieldProps {
  /** Columns and rows such as `2x2`, or `auto`; empty for none. */
  readonly value: string
  readonly onTold: (value: string) => void
}

/** Whether pictures are looked at in pieces, too. */
export function TilesField({ value, onTold }: TilesFieldProps) {
  const values: readonly string[] = value === '' || usual.some(each => each === value) ? usual : [...usual, value]
  return (
    <Select
      label={tiles.label}
      hint={tiles.hint}
      value={value}
      onChoice={onTold}
      choices={[
        { value: '', label: tiles.none },
        ...values.map(each => ({ value: each, label: each === 'auto' ? tiles.auto : tiles.pieces(each) }))
      ]}
    />
  )
}
