import { classNames } from '../../../design/class-names.ts'
import { Icon } from '../../../design/icon.tsx'
import { calledOf, type Shape } from '../../../drawing/shape.ts'
import { drawing } from '../../../strings/drawing.ts'
import { editor } from '../../../strings/stream-editor.ts'

interface ShapeListProps {
  readonly shapes: readonly Shape[]
  readonly selected: string | undefined
  readonly onSelect: (id: string) => void
  /** What each counts, by its id. */
  readonly now: Readonly<Record<string, string>>
  readonly lastHour: Readonly<Record<string, string>>
}

/** Everything that is drawn, and what it counts. */
export function ShapeList({ shapes, selected, onSelect, now, lastHour }: ShapeListProps) {
  if (shapes.length === 0) return <p className="text-soft">{editor.nothing}</p>
  const isMeasured = shapes.some(({ kind }) => kind === 'line' || kind === 'zone')
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-1">
        {shapes.map(({ id, kind, name, facts }) => (
          <li key={id}>
            <button
              type="button"
              aria-pressed={id === selected}
              onClick={() => onSelect(id)}
              className={classNames(
                'flex min-h-11 w-full items-center gap-3 rounded-medium px-3 py-1 text-left hover:bg-raised',
                id === selected && 'bg-raised outline outline-edge'
              )}
            >
              <span className="text-soft">
                <Icon name={kind} />
              </span>
              <span className="min-w-0 grow truncate font-medium">{calledOf({ name, facts })}</span>
              <span className="sr-only">{drawing.kinds[kind]}</span>
              <span className="grid shrink-0 grid-cols-[auto_auto] gap-x-2 text-right text-note text-soft">
                {now[id] !== undefined && <Count when={editor.now} text={now[id]} />}
                {lastHour[id] !== undefined && <Count when={editor.lastHour} text={lastHour[id]} />}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {isMeasured && <p className="text-small text-soft">{editor.countsHint}</p>}
    </div>
  )
}

function Count({ when, text }: { readonly when: string; readonly text: string }) {
  return (
    <>
      <span>{when}</span>
      <span className="font-semibold text-text">{text}</span>
    </>
  )
}
