import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { buttonLook } from '../../design/button.tsx'
import { classNames } from '../../design/class-names.ts'
import { Checkbox } from '../../design/field.tsx'
import { Note } from '../../design/states.tsx'
import { BoxTrack } from '../../live/box-track.ts'
import { type DrawnRegions, type DrawnTrail, Overlay } from '../../live/overlay.ts'
import { report } from '../../strings/uploads.ts'
import { messageOf, piecesAt } from './recorded-boxes.ts'
import { framesQuery } from './report-queries.ts'
import type { ReportSource } from './report-source.ts'

/** Beside boxes, what there is to draw over a recording. */
export interface RecordedDrawings extends DrawnRegions {
  /** Ways that most take. */
  readonly paths: readonly DrawnTrail[]
}

interface PictureSize {
  readonly width: number
  readonly height: number
}

interface RecordingPlayerProps {
  readonly video: RefObject<HTMLVideoElement | null>
  readonly address: string
  /** Shown until it plays; undefined where none was kept. */
  readonly poster: string | undefined
  /** How large it is, where that is known before it comes. */
  readonly size: PictureSize | undefined
  readonly title: string
  readonly source: ReportSource
  readonly drawings: RecordedDrawings
}

const layerNames = ['boxes', 'trails', 'regions', 'paths'] as const
type LayerName = (typeof layerNames)[number]
/** How far back the trail of what is in the picture goes. */
const trailMs = 4000

/** A recording that is kept, and over each of its pictures what was found on it. */
export function RecordingPlayer(props: RecordingPlayerProps) {
  const { video, address, poster, size, title, source, drawings } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const [layers, setLayers] = useState<Readonly<Record<LayerName, boolean>>>({
    ...{ boxes: true, trails: false, regions: true, paths: false }
  })
  const [isUnplayable, setUnplayable] = useState(false)
  const isWithout = useDrawn(video, canvas, size, source, drawings, layers)
  const { lines = {}, zones = {}, paths } = drawings
  const has: Readonly<Record<LayerName, boolean>> = {
    ...{ boxes: true, trails: true },
    regions: Object.keys(lines).length + Object.keys(zones).length > 0,
    paths: paths.length > 0
  }
  return (
    <div className="grid gap-2 print:hidden">
      <div className="relative aspect-video overflow-hidden rounded-large bg-stage">
        {/* biome-ignore lint/a11y/useMediaCaption: nothing is said in what cameras see. */}
        <video
          ref={video}
          src={address}
          aria-label={title}
          controls
          playsInline
          poster={poster}
          // Its first picture is there without it.
          preload={poster === undefined ? 'metadata' : 'none'}
          onError={() => setUnplayable(true)}
          className="absolute inset-0 size-full object-contain"
        />
        <canvas ref={canvas} className="pointer-events-none absolute inset-0 size-full" />
      </div>
      <fieldset className="flex flex-wrap gap-x-5">
        <legend className="sr-only">{report.layers}</legend>
        {layerNames
          .filter(name => has[name])
          .map(name => (
            <Checkbox
              key={name}
              label={report.layerNames[name]}
              checked={layers[name]}
              onChange={({ target }) => setLayers({ ...layers, [name]: target.checked })}
            />
          ))}
      </fieldset>
      {isUnplayable && (
        <>
          <Note tone="warn">{report.cannotPlay}</Note>
          <a href={address} download className={classNames(buttonLook('plain', true), 'justify-self-start')}>
            {report.save}
          </a>
        </>
      )}
      {isWithout && <Note tone="warn">{report.boxesFailed}</Note>}
    </div>
  )
}

/** Draws over each picture as it is shown. True while what was found on it cannot be fetched. */
function useDrawn(
  video: RefObject<HTMLVideoElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  size: PictureSize | undefined,
  source: ReportSource,
  drawings: RecordedDrawings,
  layers: Readonly<Record<LayerName, boolean>>
): boolean {
  const queries = useQueryClient()
  const [isWithout, setWithout] = useState(false)
  useEffect(() => {
    const player = video.current
    if (!player || !canvas.current) return
    const { epoch } = source
    const { width: wide = 0, height: high = 0 } = size ?? {}
    const boxes = new BoxTrack({ keepMs: Number.POSITIVE_INFINITY })
    const overlay = new Overlay(canvas.current, () => ({
      width: player.videoWidth || wide,
      height: player.videoHeight || high
    }))
    const asked = new Set<number>()
    let shownMs = player.currentTime * 1000
    const draw = () => {
      const time = { epoch, ptsMs: shownMs }
      const found = layers.boxes || layers.trails ? boxes.at(time).boxes : []
      const behind = layers.trails ? boxes.trails(time, trailMs) : new Map<number, DrawnTrail['points']>()
      const trails = found.flatMap(({ id }) => {
        const points = behind.get(id)
        return points ? [{ id, points }] : []
      })
      overlay.draw(layers.boxes ? found : [], layers.regions ? drawings : {}, [
        ...(layers.paths ? drawings.paths : []),
        ...trails
      ])
    }
    const fetchPiece = async (piece: number) => {
      if (asked.has(piece) || !(layers.boxes || layers.trails)) return
      asked.add(piece)
      try {
        for (const frame of await queries.fetchQuery(framesQuery(source, piece))) boxes.add(messageOf(frame))
        setWithout(false)
        draw()
      } catch {
        asked.delete(piece)
        setWithout(true)
      }
    }
    let callback = 0
    const show = (_: number, { mediaTime }: VideoFrameCallbackMetadata) => {
      shownMs = mediaTime * 1000
      for (const piece of piecesAt(shownMs)) void fetchPiece(piece)
      draw()
      callback = player.requestVideoFrameCallback(show)
    }
    callback = player.requestVideoFrameCallback(show)
    void fetchPiece(piecesAt(shownMs)[0]!)
    // Known once the video says how large it is.
    const redraw = () => requestAnimationFrame(draw)
    const sizes = new ResizeObserver(redraw)
    sizes.observe(canvas.current)
    player.addEventListener('loadedmetadata', redraw)
    return () => {
      player.cancelVideoFrameCallback(callback)
      player.removeEventListener('loadedmetadata', redraw)
      sizes.disconnect()
      overlay.draw([], {})
      overlay.close()
    }
  }, [video, canvas, size, queries, source, drawings, layers])
  return isWithout
}
