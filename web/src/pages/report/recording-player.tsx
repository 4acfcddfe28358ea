import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { buttonLook } from '../../design/button.tsx'
import { classNames } from '../../design/class-names.ts'
import { Checkbox } from '../../design/field.tsx'
import { Note } from '../../design/states.tsx'
import { BoxTrack } from '../../live/box-track.ts'
import { Overlay } from '../../live/overlay.ts'
import { report } from '../../strings/uploads.ts'
import { messageOf, piecesAt } from './recorded-boxes.ts'
import { framesQuery } from './report-queries.ts'

interface RecordingPlayerProps {
  readonly video: RefObject<HTMLVideoElement | null>
  readonly address: string
  readonly title: string
  readonly stream: string
  readonly epoch: number
  readonly startedMs: number
}

/** A recording that is kept, and over each of its pictures the boxes that were found on it. */
export function RecordingPlayer({ video, address, title, stream, epoch, startedMs }: RecordingPlayerProps) {
  const queries = useQueryClient()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [withBoxes, setBoxes] = useState(true)
  const [isWithout, setWithout] = useState(false)
  const [isUnplayable, setUnplayable] = useState(false)
  useEffect(() => {
    const player = video.current
    if (!player || !canvas.current || !withBoxes) return
    const boxes = new BoxTrack({ keepMs: Number.POSITIVE_INFINITY })
    const overlay = new Overlay(canvas.current, () => ({ width: player.videoWidth, height: player.videoHeight }))
    const asked = new Set<number>()
    let shownMs = player.currentTime * 1000
    const draw = () => overlay.draw(boxes.at({ epoch, ptsMs: shownMs }).boxes, {})
    const fetchPiece = async (piece: number) => {
      if (asked.has(piece)) return
      asked.add(piece)
      try {
        for (const frame of await queries.fetchQuery(framesQuery(stream, epoch, startedMs, piece)))
          boxes.add(messageOf(frame))
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
    const redraw = new ResizeObserver(() => requestAnimationFrame(draw))
    redraw.observe(canvas.current)
    return () => {
      player.cancelVideoFrameCallback(callback)
      redraw.disconnect()
      overlay.draw([], {})
      overlay.close()
    }
  }, [video, queries, stream, epoch, startedMs, withBoxes])
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
          preload="metadata"
          onError={() => setUnplayable(true)}
          className="absolute inset-0 size-full object-contain"
        />
        <canvas ref={canvas} className="pointer-events-none absolute inset-0 size-full" />
      </div>
      <Checkbox
        label={report.boxes}
        checked={withBoxes}
        onChange={({ target }) => setBoxes(target.checked)}
        className="justify-self-start"
      />
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
