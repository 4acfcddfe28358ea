import { useEffect, useRef } from 'react'
import { answer, api } from '../../api/client.ts'
import { usePlace } from '../../drawing/use-place.ts'
import { HeatGrid, type HeatMoment, heatColour } from '../../streams/heat-grid.ts'
import { liveConnection } from '../../streams/live-connection.ts'
import { streamPage } from '../../strings/stream-page.ts'

interface HeatLayerProps {
  readonly stream: string
  readonly aspect: number
}

const drawEveryMs = 250
/** Older than that is hardly seen, and at ten pictures a second more than is given at once. */
const backMs = 90_000
const mostFrames = 1000

/** Where people have been lately, over the picture. */
export function HeatLayer({ stream, aspect }: HeatLayerProps) {
  const ground = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const place = usePlace(ground, aspect)
  useEffect(() => {
    const grid = new HeatGrid(aspect)
    const asked = new AbortController()
    let isNew = false
    const take = (moment: HeatMoment) => {
      grid.take(moment)
      isNew = true
    }
    // What is live comes after what is asked for, however long that takes.
    let waiting: HeatMoment[] | undefined = []
    void lastMinutes(stream, asked.signal)
      .catch(() => [])
      .then(past => {
        for (const moment of [...past, ...(waiting ?? [])]) take(moment)
        waiting = undefined
      })
    const unwatch = liveConnection().watch(stream, {
      tracks: message => (waiting ? waiting.push(message) : take(message))
    })
    const timer = setInterval(() => {
      if (isNew && canvas.current) draw(canvas.current, grid)
      isNew = false
    }, drawEveryMs)
    return () => {
      asked.abort()
      unwatch()
      clearInterval(timer)
    }
  }, [stream, aspect])
  return (
    <div ref={ground} className="pointer-events-none absolute inset-0 overflow-hidden">
      <canvas
        ref={canvas}
        role="img"
        aria-label={streamPage.heat}
        className="absolute"
        style={place ?? { display: 'none' }}
      />
    </div>
  )
}

/** Who was where in the last minutes, as far as it is stored. */
async function lastMinutes(stream: string, signal: AbortSignal): Promise<readonly HeatMoment[]> {
  const toMs = Date.now()
  const query = { stream, fromMs: toMs - backMs, toMs, limit: mostFrames }
  const { items } = await answer(api.GET('/api/v1/trajectories', { params: { query }, signal }))
  return items.map(({ epoch, ptsMs, tracks }) => ({
    epoch,
    ptsMs,
    tracks: tracks.map(({ trackId, score, box: { x, y, w, h } }) => [trackId, 0, score, x, y, w, h])
  }))
}

function draw(canvas: HTMLCanvasElement, grid: HeatGrid): void {
  const { columns, rows } = grid
  const cells = grid.smoothed()
  const most = cells.reduce((longest, each) => Math.max(longest, each), 0)
  if (canvas.width !== columns || canvas.height !== rows) [canvas.width, canvas.height] = [columns, rows]
  const context = canvas.getContext('2d')
  if (!context) return
  const picture = context.createImageData(columns, rows)
  // Roots bring out the ways that somebody took once beside the place where they stood.
  for (const [at, ms] of cells.entries()) picture.data.set(heatColour(most > 0 ? Math.sqrt(ms / most) : 0), at * 4)
  context.putImageData(picture, 0, 0)
}
