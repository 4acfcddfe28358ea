import type { Spot } from './shape.ts'

/** Where a point can be put in. */
export function GapSign({ at: [x, y] }: { readonly at: Spot }) {
  return (
    <>
      <circle cx={x} cy={y} r={7} fill="#05070c" fillOpacity={0.65} stroke="#e8edf4" strokeWidth={1.5} />
      <path d={`M${x - 3.5} ${y}h7M${x} ${y - 3.5}v7`} stroke="#e8edf4" strokeWidth={1.5} />
    </>
  )
}

interface PreviewProps {
  readonly points: readonly Spot[]
  /** So many of them are set; one more follows the pointer. */
  readonly set: number
  /** The first point closes it. */
  readonly isClosing: boolean
}

/** What is being drawn. */
export function Preview({ points, set, isClosing }: PreviewProps) {
  const path = points.map(point => point.join()).join(' ')
  return (
    <>
      <polyline points={path} fill="none" stroke="#05070c" strokeOpacity={0.55} strokeWidth={6} />
      <polyline
        points={path}
        fill="rgb(255 255 255 / 12%)"
        stroke="#ffffff"
        strokeWidth={2.5}
        strokeDasharray="2 5"
        strokeLinecap="round"
      />
      {points.map(([x, y], index) => (
        <circle
          key={index}
          cx={x}
          cy={y}
          r={index === 0 && isClosing ? 10 : 6}
          fill={index < set ? '#ffffff' : 'none'}
          stroke={index === 0 && isClosing ? '#5eead4' : '#05070c'}
          strokeWidth={index === 0 && isClosing ? 4 : 2}
        />
      ))}
      {set < points.length && points.at(-1) && <Cross at={points.at(-1)!} />}
    </>
  )
}

function Cross({ at: [x, y] }: { readonly at: Spot }) {
  const path = `M${x - 12} ${y}h24M${x} ${y - 12}v24`
  return (
    <>
      <path d={path} stroke="#05070c" strokeOpacity={0.6} strokeWidth={4} />
      <path d={path} stroke="#ffffff" strokeWidth={1.5} />
    </>
  )
}
