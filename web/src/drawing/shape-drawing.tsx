import { drawing as words } from '../strings/drawing.ts'
import { type Place, pixelsOf, wayIn } from './geometry.ts'
import { type Shape, type ShapeKind, type Spot, shapeRules } from './shape.ts'

/** On any picture, in both themes; kinds differ in their strokes, too. */
export const kindColours: Readonly<Record<ShapeKind, string>> = {
  line: '#fde047',
  zone: '#60a5fa',
  mask: '#e2e8f0',
  spot: '#5eead4'
}
const halo = '#05070c'

interface ShapeDrawingProps {
  readonly shape: Pick<Shape, 'kind' | 'points'>
  readonly place: Place
  readonly aspect: number
  readonly isSelected: boolean
  /** The pattern that masks are filled with. */
  readonly hatch: string
}

/** A shape as it lies on the picture. */
export function ShapeDrawing({ shape: { kind, points }, place, aspect, isSelected, hatch }: ShapeDrawingProps) {
  const colour = kindColours[kind]
  const spots = points.map(point => pixelsOf(place, point))
  const text = spots.map(spot => spot.join()).join(' ')
  if (kind === 'spot') return spots[0] ? <SpotSign at={spots[0]} isSelected={isSelected} /> : null
  const width = (kind === 'line' ? 3 : 2) + (isSelected ? 1 : 0)
  const stroke = { fill: 'none', strokeLinejoin: 'round', strokeLinecap: 'round' } as const
  if (!shapeRules[kind].isClosed)
    return (
      <>
        <polyline points={text} {...stroke} stroke={halo} strokeOpacity={0.55} strokeWidth={width + 3} />
        <polyline points={text} {...stroke} stroke={colour} strokeWidth={width} />
        <Sides points={points} place={place} aspect={aspect} />
      </>
    )
  return (
    <>
      <polygon
        points={text}
        fill={kind === 'mask' ? `url(#${hatch})` : colour}
        fillOpacity={kind === 'mask' ? 1 : isSelected ? 0.24 : 0.14}
      />
      <polygon points={text} {...stroke} stroke={halo} strokeOpacity={0.55} strokeWidth={width + 2} />
      <polygon
        points={text}
        {...stroke}
        stroke={colour}
        strokeWidth={width}
        strokeDasharray={kind === 'mask' ? undefined : '7 5'}
      />
    </>
  )
}

/** An arrow to the side that counts as in, and the words for both. */
function Sides({ points, place, aspect }: Pick<ShapeDrawingProps, 'place' | 'aspect'> & Pick<Shape, 'points'>) {
  const side = wayIn(points, aspect)
  if (!side) return null
  const [x, y] = pixelsOf(place, side.from)
  const [wayX, wayY] = side.way
  const at = (far: number, aside = 0) => [x + wayX * far - wayY * aside, y + wayY * far + wayX * aside] as const
  const arrow = [at(0), at(26)].map(end => end.join()).join(' ')
  const head = [at(19, -6), at(26), at(19, 6)].map(end => end.join()).join(' ')
  const stroke = { fill: 'none', strokeLinecap: 'round', strokeLinejoin: 'round' } as const
  const [inX, inY] = at(40)
  const [outX, outY] = at(-20)
  const letters = {
    textAnchor: 'middle',
    dominantBaseline: 'central',
    stroke: halo,
    strokeWidth: 3,
    paintOrder: 'stroke',
    className: 'text-small font-semibold'
  } as const
  return (
    <>
      {[arrow, head].map(path => (
        <polyline key={path} points={path} {...stroke} stroke={halo} strokeOpacity={0.55} strokeWidth={6} />
      ))}
      {[arrow, head].map(path => (
        <polyline key={path} points={path} {...stroke} stroke={kindColours.line} strokeWidth={2.5} />
      ))}
      <text x={inX} y={inY} fill={kindColours.line} {...letters}>
        {words.inSide}
      </text>
      <text x={outX} y={outY} fill="#ffffff" {...letters}>
        {words.outSide}
      </text>
    </>
  )
}

function SpotSign({ at: [x, y], isSelected }: { readonly at: Spot; readonly isSelected: boolean }) {
  const long = isSelected ? 14 : 10
  const cross = `M${x - long} ${y}h${2 * long}M${x} ${y - long}v${2 * long}`
  return (
    <>
      <path d={cross} stroke={halo} strokeOpacity={0.55} strokeWidth={5} />
      <path d={cross} stroke={kindColours.spot} strokeWidth={2} />
      <circle cx={x} cy={y} r={5} fill={kindColours.spot} stroke={halo} strokeWidth={1.5} />
    </>
  )
}
