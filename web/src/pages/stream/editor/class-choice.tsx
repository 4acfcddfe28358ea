import { Checkbox, Select } from '../../../design/field.tsx'
import { editor } from '../../../strings/stream-editor.ts'

interface ClassChoiceProps {
  readonly label: string
  /** What the stream's detector tells apart. */
  readonly known: readonly string[]
  /** Undefined: everything. */
  readonly chosen: readonly string[] | undefined
  readonly onChoice: (chosen: readonly string[] | undefined) => void
}

/** More at once nobody reads: the others are in a list. */
const mostShown = 6
/** What most people look for comes first. */
const usual = ['person', 'bicycle', 'car', 'motorcycle', 'bus', 'truck']

/** Which classes a line or a zone counts, or a stream looks for. */
export function ClassChoice({ label, known, chosen, onChoice }: ClassChoiceProps) {
  const first = [...usual.filter(name => known.includes(name)), ...known.filter(name => !usual.includes(name))]
  const shown = first.length <= mostShown + 2 ? first : first.slice(0, mostShown)
  const boxes = [...new Set([...shown, ...(chosen ?? [])])]
  const others = known.filter(name => !boxes.includes(name))
  const choose = (names: readonly string[]) => onChoice(names.length === 0 ? undefined : names)
  return (
    <fieldset className="grid gap-1">
      <legend className="mb-1 text-small font-medium">{label}</legend>
      <div className="flex flex-wrap gap-x-4">
        <Checkbox
          label={editor.everything}
          checked={chosen === undefined}
          onChange={() => onChoice(undefined)}
          className="min-h-11"
        />
        {boxes.map(name => (
          <Checkbox
            key={name}
            label={name}
            checked={chosen?.includes(name) ?? false}
            onChange={({ target }) =>
              choose(target.checked ? [...(chosen ?? []), name] : (chosen ?? []).filter(each => each !== name))
            }
            className="min-h-11"
          />
        ))}
      </div>
      {others.length > 0 && (
        <Select
          label={editor.addClass}
          value=""
          onChoice={name => choose([...(chosen ?? []), name])}
          choices={[
            { value: '', label: editor.chooseClass },
            ...others.toSorted().map(name => ({ value: name, label: name }))
          ]}
        />
      )}
    </fieldset>
  )
}
