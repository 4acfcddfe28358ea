import { ToldField } from '../../../design/told-field.tsx'
import { type Drawing, replaced } from '../../../drawing/drawing-state.ts'
import { calledOf, type Shape } from '../../../drawing/shape.ts'
import type { OnDraw } from '../../../drawing/use-gestures.ts'
import { editor } from '../../../strings/stream-editor.ts'
import { ClassChoice } from './class-choice.tsx'
import { called, longestTitle, worldOf } from './stream-shapes.ts'

const forFingers = 'min-h-11'

interface ShapeFormProps {
  readonly shape: Shape
  readonly shapes: Drawing['shapes']
  /** It has yet to be saved: until then programs call it after what people do. */
  readonly isNew: boolean
  readonly onDraw: OnDraw
  readonly knownClasses: readonly string[]
}

/** What is to be known of a shape, beside where it is. */
export function ShapeForm({ shape, shapes, isNew, onDraw, knownClasses }: ShapeFormProps) {
  const { kind, facts } = shape
  const change = (next: Shape) => onDraw(before => replaced(before, next))
  const say = (fact: string, value: unknown) => {
    const { [fact]: _before, ...others } = facts
    change({ ...shape, facts: value === undefined ? others : { ...others, [fact]: value } })
  }
  if (kind === 'mask') return <p className="text-small text-soft">{editor.maskHint}</p>
  if (kind === 'spot') return <PlaceFields shape={shape} say={say} />
  const { classes, dwellMs, crowd } = facts as Facts
  const taken = shapes.filter(each => each.id !== shape.id && each.kind === kind).map(({ name }) => name)
  return (
    <div className="grid gap-3">
      <ToldField
        className={forFingers}
        label={editor.name}
        hint={editor.nameHint(shape.name)}
        value={calledOf(shape)}
        maxLength={longestTitle}
        onTold={text => change(called(shape, text, isNew ? taken : undefined))}
      />
      <ClassChoice
        label={editor.counts}
        known={knownClasses}
        chosen={classes}
        onChoice={chosen => say('classes', chosen)}
      />
      {kind === 'zone' && (
        <>
          <ToldField
            className={forFingers}
            label={editor.tooLong}
            hint={editor.tooLongHint}
            inputMode="decimal"
            value={(dwellMs ?? []).map(ms => ms / 1000).join(', ')}
            onTold={text => say('dwellMs', timesOf(text))}
          />
          <ToldField
            className={forFingers}
            label={editor.crowd}
            hint={editor.crowdHint}
            inputMode="numeric"
            value={crowd ? String(crowd.size) : ''}
            onTold={text => {
              const size = Math.round(numberOf(text) ?? 0)
              say('crowd', size < 1 ? undefined : { ...(crowd && size > (crowd.until ?? 0) && crowd), size })
            }}
          />
        </>
      )}
    </div>
  )
}

interface Facts {
  readonly classes?: readonly string[]
  readonly dwellMs?: readonly number[]
  readonly crowd?: { readonly size: number; readonly until?: number }
}

function PlaceFields({ shape, say }: { readonly shape: Shape; readonly say: (fact: string, value: unknown) => void }) {
  // Until both are said, it is nowhere.
  const world = (worldOf(shape) ?? shape.facts.world ?? []) as readonly (number | null | undefined)[]
  const told = (index: 0 | 1) => (text: string) => {
    const place = [world[0] ?? null, world[1] ?? null]
    place[index] = numberOf(text) ?? null
    say('world', place)
  }
  return (
    <div className="grid grid-cols-2 items-end gap-3">
      <p className="col-span-2 text-small text-soft">{editor.placeHint}</p>
      {([editor.east, editor.north] as const).map((label, index) => (
        <ToldField
          className={forFingers}
          key={label}
          label={label}
          inputMode="decimal"
          value={world[index] == null ? '' : String(world[index])}
          onTold={told(index as 0 | 1)}
        />
      ))}
    </div>
  )
}

/** `2,5` is a number in much of the world. */
function numberOf(text: string): number | undefined {
  const number = Number(text.trim().replace(',', '.'))
  return text.trim() !== '' && Number.isFinite(number) ? number : undefined
}

/** `10, 60` seconds, in milliseconds. */
function timesOf(text: string): readonly number[] | undefined {
  const times = text
    .split(/[,;\s]+/)
    .map(Number)
    .filter(seconds => seconds > 0)
    .map(seconds => Math.round(seconds * 1000))
  return times.length === 0 ? undefined : [...new Set(times)].sort((a, b) => a - b).slice(0, 16)
}
