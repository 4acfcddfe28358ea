import { useEffect, useRef, useState } from 'react'
import type { StateMessage } from '../../../src/contract/live.ts'
import { LiveView, type ViewReadings } from '../live/live-view.ts'
import { type Layers, usualLayers } from '../live/overlay.ts'
import { usePreferences } from '../preferences/preferences.ts'
import { streams } from '../strings/streams.ts'
import { liveConnection } from './live-connection.ts'
import { useStreamState } from './use-live.ts'

interface StreamPictureProps {
  readonly stream: string
  readonly title: string
  /** What is drawn over it. */
  readonly layers?: Layers
  /** What is written beside its lines, by name. */
  readonly lineNotes?: Readonly<Record<string, string>>
  /** Said where nobody sends a picture to a stream that waits for one. */
  readonly invitation?: string | undefined
  /** Told once a second, where somebody wants to know. */
  readonly onReadings?: ((readings: ViewReadings) => void) | undefined
}

/** So near to what is seen that pictures begin before they are. */
const nearby = { rootMargin: '200px' }

/** A stream's picture with its boxes, filling its place. What nobody sees is not fetched. */
export function StreamPicture(props: StreamPictureProps) {
  const { stream, title, layers = usualLayers, lineNotes, invitation, onReadings } = props
  const video = useRef<HTMLVideoElement>(null)
  const picture = useRef<HTMLImageElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const shown = useRef<LiveView>(null)
  const [isPlaying, setPlaying] = useState(false)
  const [why, setWhy] = useState('')
  const { playout } = usePreferences()
  const state = useStreamState(stream)

  useEffect(() => {
    if (!video.current || !picture.current || !canvas.current) return
    const player = video.current
    const live = liveConnection()
    let isSeen = false
    let isUp = false
    const play = () => {
      // A stream that is down keeps its viewing: it goes on by itself.
      if (!isSeen) view.stop()
      else if (isUp) view.start()
    }
    const view = new LiveView({
      stream,
      video: player,
      picture: picture.current,
      canvas: canvas.current,
      onSession: session => live.session(view, session),
      onWay: (way, reason) => {
        setWhy(reason)
        setPlaying(way === 'mjpeg' || (way !== undefined && player.readyState >= 2))
      }
    })
    shown.current = view
    const unwatch = live.watch(stream, {
      state: message => {
        isUp = message.state === 'up'
        view.state(message)
        play()
      },
      tracks: message => view.tracks(message),
      clock: message => view.clock(message)
    })
    const observer = new IntersectionObserver(entries => {
      isSeen = entries.at(-1)?.isIntersecting ?? false
      play()
    }, nearby)
    observer.observe(player.parentElement ?? player)
    return () => {
      unwatch()
      observer.disconnect()
      view.close()
      live.session(view, undefined)
      shown.current = null
    }
  }, [stream])

  useEffect(() => {
    if (shown.current) shown.current.mode = playout
  }, [playout])

  useEffect(() => {
    shown.current?.regions({ lines: state?.lines, zones: state?.zones, titles: state?.titles, lineNotes })
  }, [state?.lines, state?.zones, state?.titles, lineNotes])

  useEffect(() => {
    if (shown.current) shown.current.layers = layers
  }, [layers])

  useEffect(() => {
    if (!onReadings) return
    const timer = setInterval(() => shown.current && onReadings(shown.current.readings), 1000)
    return () => clearInterval(timer)
  }, [onReadings])

  const isClear = state?.state === 'up' && isPlaying
  const fill = 'absolute inset-0 size-full object-contain'
  return (
    <>
      <video
        ref={video}
        aria-label={title}
        muted
        autoPlay
        playsInline
        disablePictureInPicture
        onPlaying={() => setPlaying(true)}
        className={fill}
      />
      <img ref={picture} alt="" hidden className={fill} />
      <canvas ref={canvas} className="pointer-events-none absolute inset-0 size-full" />
      <div
        data-clear={isClear}
        className="absolute inset-0 grid place-items-center bg-stage/75 p-6 text-center text-on-stage transition-opacity duration-200 data-[clear=true]:pointer-events-none data-[clear=true]:opacity-0"
      >
        <p role="status" className="line-clamp-4 max-w-prose">
          {isClear ? '' : (invitation ?? state?.reason ?? waitingFor(state?.state, why))}
        </p>
      </div>
    </>
  )
}

function waitingFor(state: StateMessage['state'] | undefined, why: string): string {
  if (state === 'paused') return streams.paused
  if (state === 'up') return why || streams.waitingForPicture
  return streams.waitingForStream
}
