import { classNames } from '../design/class-names.ts'
import { drawing as words } from '../strings/drawing.ts'
import { type Place, pixelsOf } from './geometry.ts'
import { calledOf, type Shape, type Spot } from './shape.ts'

interface ShapeLabelProps {
  readonly shape: Shape
  readonly place: Place
  /** Written behind the name. */
  readonly note: string | undefined
  readonly isSelected: boolean
  readonly onSelect: () => void
}

/** What a shape is called, where it hides the least. It is how the keyboard gets to the shape; all else is pointed at. */
export function ShapeLabel({ shape, place, note, isSelected, onSelect }: ShapeLabelProps) {
  const [left, top] = labelPlace(shape, place)
  // There are many of them, close to each other: their numbers do.
  const isSpot = shape.kind === 'spot'
  return (
    <button
      type="button"
      data-shape={shape.name}
      aria-pressed={isSelected}
      onFocus={onSelect}
      onPointerDown={event => event.stopPropagation()}
      onClick={onSelect}
      style={{ left, top }}
      className={classNames(
        'absolute flex min-h-6 max-w-48 items-center gap-1.5 rounded-small bg-stage/80 px-1.5 text-note font-semibold text-on-stage',
        isSelected && 'pointer-events-none outline-2 outline-on-stage'
      )}
    >
      <span className="truncate">{isSpot ? shape.name.replace(/^\D+/, '') : calledOf(shape)}</span>
      <span className="sr-only">{words.kinds[shape.kind]}</span>
      {note !== undefined && <span className="shrink-0 whitespace-nowrap">{note}</span>}
    </button>
  )
}

const labelHeight = 24
const labelWidth = 88

/** Below what is closed, to the left; beside the rest. Within the picture. */
function labelPlace({ points, kind }: Shape, place: Place): Spot {
  const spots = points.map(point => pixelsOf(place, point))
  const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)]
  const isClosed = kind === 'zone' || kind === 'mask'
  const left = isClosed ? Math.min(...xs) + 8 : Math.max(...xs) + 12
  const top = isClosed ? Math.max(...ys) - labelHeight - 8 : ys[xs.indexOf(Math.max(...xs))]! - labelHeight - 6
  return [
    Math.max(place.left, Math.min(left, place.left + place.width - labelWidth)),
    Math.max(place.top, Math.min(top, place.top + place.height - labelHeight))
  ]
}

interface PointHandlesProps {
  readonly shape: Shape
  readonly place: Place
  readonly point: number | undefined
  readonly onPoint: (index: number) => void
}

/** Its points: dots of 44 pixels to fingers, one after the other to the keyboard. */
export function PointHandles({ shape, place, point, onPoint }: PointHandlesProps) {
  return shape.points.map((at, index) => {
    const [left, top] = pixelsOf(place, at)
    return (
      <button
        // Points are told apart by their order alone.
        key={index}
        type="button"
        data-point={index}
        aria-label={words.point(calledOf(shape), index + 1, shape.points.length)}
        aria-description={words.at(at[0], at[1])}
        aria-pressed={index === point}
        onFocus={() => onPoint(index)}
        style={{ left, top }}
        className="absolute grid size-11 -translate-1/2 cursor-move place-items-center rounded-full"
      >
        <span
          className={classNames(
            'rounded-full border-2 border-stage bg-on-stage',
            index === point ? 'size-5 outline-2 outline-on-stage' : 'size-3.5'
          )}
        />
      </button>
    )
  })
}
