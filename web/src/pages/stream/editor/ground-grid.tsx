import { useMemo, useRef } from 'react'
import { pixelsOf } from '../../../drawing/geometry.ts'
import type { Shape } from '../../../drawing/shape.ts'
import { usePlace } from '../../../drawing/use-place.ts'
import { editor } from '../../../strings/stream-editor.ts'
import { gridOf } from './ground.ts'
import { worldOf } from './stream-shapes.ts'

interface GroundGridProps {
  readonly shapes: readonly Shape[]
  readonly aspect: number
}

/** What the ground points say the ground is: whoever looks sees whether its squares lie on it. */
export function GroundGrid({ shapes, aspect }: GroundGridProps) {
  const ground = useRef<HTMLDivElement>(null)
  const place = usePlace(ground, aspect)
  const grid = useMemo(() => {
    const places = shapes.flatMap(shape => {
      const world = shape.kind === 'spot' ? worldOf(shape) : undefined
      return world ? [{ image: shape.points[0]!, world }] : []
    })
    return gridOf(places)
  }, [shapes])
  return (
    <div ref={ground} className="pointer-events-none absolute inset-0 overflow-hidden">
      {place && grid && (
        <>
          <svg aria-hidden="true" className="absolute inset-0 size-full">
            {grid.lines.map(line => {
              const path = line.map(spot => pixelsOf(place, spot).join()).join(' ')
              return (
                <polyline key={path} points={path} fill="none" stroke="#5eead4" strokeOpacity={0.6} strokeWidth={1} />
              )
            })}
          </svg>
          <p className="absolute top-2 left-2 rounded-small bg-stage/80 px-1.5 text-note font-semibold text-on-stage">
            {editor.grid(grid.metres)}
          </p>
        </>
      )}
    </div>
  )
}
