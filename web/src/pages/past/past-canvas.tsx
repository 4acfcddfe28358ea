import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Note } from '../../design/states.tsx'
import { type Drawing, drawingOf } from '../../drawing/drawing-state.ts'
import { DrawingSurface } from '../../drawing/drawing-surface.tsx'
import { DrawingTools } from '../../drawing/drawing-tools.tsx'
import { past } from '../../strings/past.ts'
import { recordingQuery } from './past-queries.ts'
import { type PastShape, shapeText } from './past-search.ts'

interface PastCanvasProps {
  readonly stream: string
  readonly title: string
  /** Where its picture is: it is live, it is the stream of a recording, or it is down. */
  readonly picture: 'now' | 'recorded' | 'none'
  readonly shape: PastShape | undefined
  /** Undefined once there is none. */
  readonly onShape: (shape: PastShape | undefined) => void
}

const usualAspect = 16 / 9
/** Whoever still moves a point does not ask yet. */
const settledMs = 400

/** A still of the stream, and over it the one line or zone that is asked about. */
export function PastCanvas({ stream, title, picture, shape, onShape }: PastCanvasProps) {
  const [aspect, setAspect] = useState(usualAspect)
  const [drawing, setDrawing] = useState(() => drawingOf(shape ? [drawn(shape)] : []))
  const draw = (change: (before: Drawing) => Drawing) => setDrawing(before => onlyOne(change(before), before))
  const [current] = drawing.shapes
  const text = current && (current.kind === 'line' || current.kind === 'zone') ? shapeText(askedOf(current)) : undefined
  const shown = shape && shapeText(shape)
  const latest = useRef({ onShape, current, shape, shown })
  latest.current = { onShape, current, shape, shown }
  /** What was asked from here: it is drawn already. */
  const asked = useRef(shown)
  useEffect(() => {
    if (text === latest.current.shown) return
    const ask = setTimeout(() => {
      const { onShape, current } = latest.current
      asked.current = text
      onShape(current && askedOf(current))
    }, settledMs)
    return () => clearTimeout(ask)
  }, [text])
  // Back and forth through what was asked before.
  useEffect(() => {
    if (shown === asked.current) return
    asked.current = shown
    const { shape } = latest.current
    setDrawing(drawingOf(shape ? [drawn(shape)] : []))
  }, [shown])
  return (
    <div className="grid gap-3">
      <div
        className="relative w-full overflow-hidden rounded-large bg-stage"
        style={{ aspectRatio: String(Math.min(2.2, Math.max(0.8, aspect))) }}
      >
        <Still stream={stream} title={title} picture={picture} onAspect={setAspect} />
        <DrawingSurface drawing={drawing} onDraw={draw} aspect={aspect} label={past.surface(title)} />
      </div>
      <DrawingTools drawing={drawing} onDraw={draw} kinds={['line', 'zone']} />
    </div>
  )
}

interface StillProps extends Pick<PastCanvasProps, 'stream' | 'title' | 'picture'> {
  readonly onAspect: (aspect: number) => void
}

const stillLook = 'absolute inset-0 size-full object-contain'

/** The stream as it looks now; of a recording, its first picture. */
function Still({ stream, title, picture, onAspect }: StillProps) {
  const [isMissing, setMissing] = useState(false)
  const { data: recording } = useQuery(recordingQuery(picture === 'recorded' ? stream : undefined))
  const tell = (width: number, height: number) => {
    if (width > 0 && height > 0) onAspect(width / height)
  }
  if (isMissing || picture === 'none' || recording === null || recording?.asset === null)
    return (
      <div className="absolute inset-x-3 top-3">
        <Note tone="info">{past.noStill}</Note>
      </div>
    )
  if (picture === 'now')
    return (
      <img
        src={`/api/v1/streams/${stream}/snapshot.jpg`}
        alt={past.still(title)}
        className={stillLook}
        onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => tell(naturalWidth, naturalHeight)}
        onError={() => setMissing(true)}
      />
    )
  return recording ? (
    // biome-ignore lint/a11y/useMediaCaption: it is a still: nothing is played.
    <video
      src={`/api/v1/recordings/${encodeURIComponent(recording.id)}/video`}
      aria-label={past.still(title)}
      preload="metadata"
      playsInline
      className={stillLook}
      onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) => tell(videoWidth, videoHeight)}
      onError={() => setMissing(true)}
    />
  ) : null
}

function drawn({ kind, points }: PastShape) {
  return { id: 'asked', kind, name: kind, points, facts: {} }
}

function askedOf({ kind, points }: Drawing['shapes'][number]): PastShape {
  return { kind: kind === 'line' ? 'line' : 'zone', points }
}

/** Whatever is drawn anew takes the place of what was asked before. */
function onlyOne(next: Drawing, before: Drawing): Drawing {
  if (next.shapes.length < 2) return next
  const fresh = next.shapes.find(({ id }) => !before.shapes.some(each => each.id === id)) ?? next.shapes.at(-1)!
  return { ...next, shapes: [{ ...fresh, name: fresh.kind }] }
}
