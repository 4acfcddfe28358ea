import { Link } from '@tanstack/react-router'
import { type DragEvent, useRef, useState } from 'react'
import type { Schema } from '../../api/client.ts'
import { Button, IconButton } from '../../design/button.tsx'
import { classNames } from '../../design/class-names.ts'
import { Menu } from '../../design/menu.tsx'
import { Note } from '../../design/states.tsx'
import { startDeviceCamera, stopDeviceCamera, useDeviceCamera } from '../../streams/device-camera.ts'
import { readingsText } from '../../streams/readings.ts'
import { StreamBadge } from '../../streams/stream-badge.tsx'
import { StreamPicture } from '../../streams/stream-picture.tsx'
import { useLineCounts } from '../../streams/use-line-counts.ts'
import { useStreamState } from '../../streams/use-live.ts'
import { streams } from '../../strings/streams.ts'
import { wall } from '../../strings/wall.ts'

interface WallTileProps {
  readonly stream: Schema<'Stream'>
  readonly maySend: boolean
  /** Another was dropped on it. */
  readonly onDropped: (moved: string) => void
  readonly onMove: (to: 'front' | 'back') => void
}

const dragged = 'application/x-sightline-stream'

/** One stream on the wall: its picture, how it is, and what it counts. */
export function WallTile({
  stream: { name, title, source, state: stored },
  maySend,
  onDropped,
  onMove
}: WallTileProps) {
  const element = useRef<HTMLElement>(null)
  const [isOver, setOver] = useState(false)
  const [readings, setReadings] = useState<string>()
  const state = useStreamState(name) ?? stored ?? undefined
  const { notes } = useLineCounts(name, stored)
  const camera = useDeviceCamera()
  const counts = Object.values(notes)
  const isSent = camera.stream === name && camera.phase !== 'off'
  const waitsForYou =
    source === 'push:' && state !== undefined && state.state !== 'up' && state.state !== 'paused' && !isSent
  const remarks = [state?.notice, state?.transcoded && streams.transcoded(state.transcoded)].filter(Boolean)
  const drag = {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes(dragged)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop(event: DragEvent) {
      setOver(false)
      const moved = event.dataTransfer.getData(dragged)
      if (moved !== '') onDropped(moved)
    }
  }
  return (
    <article
      ref={element}
      aria-label={title}
      data-stream={name}
      {...drag}
      className={classNames(
        'flex flex-col overflow-hidden rounded-large border bg-surface',
        isOver ? 'border-accent' : 'border-edge'
      )}
    >
      <div className="relative aspect-video bg-stage [article:fullscreen>&]:aspect-auto [article:fullscreen>&]:grow">
        <StreamPicture
          stream={name}
          title={title}
          lineNotes={notes}
          invitation={waitsForYou ? streams.nobodySends : undefined}
          onReadings={
            readings === undefined
              ? undefined
              : shown => setReadings(state?.state === 'up' ? readingsText(shown, state) : '')
          }
        />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the menu arranges them, too. */}
      <footer
        draggable
        title={wall.dropHere}
        onDragStart={event => event.dataTransfer.setData(dragged, name)}
        className="grid gap-1 py-1.5 pr-1.5 pl-4"
      >
        <div className="flex min-w-0 items-center gap-2">
          <h3 className="min-w-0 truncate font-semibold">
            <Link to="/streams/$stream" params={{ stream: name }} draggable={false} className="hover:underline">
              {title}
            </Link>
          </h3>
          {state && <StreamBadge state={state.state} waitsForYou={waitsForYou} />}
          <span className="grow" />
          <IconButton
            icon="info"
            name={wall.details(title)}
            aria-expanded={readings !== undefined}
            onClick={() => setReadings(readings === undefined ? '' : undefined)}
          />
          <Menu
            trigger={<IconButton icon="more" name={wall.menu(title)} />}
            items={[
              { label: wall.fullScreen, icon: 'expand', onSelect: () => void element.current?.requestFullscreen() },
              { label: wall.earlier, icon: 'back', onSelect: () => onMove('front') },
              { label: wall.later, icon: 'right', onSelect: () => onMove('back') }
            ]}
          />
        </div>
        <div className="grid gap-2 pr-2.5 pb-1.5 empty:hidden">
          {counts.length > 0 && <p className="text-small text-soft">{counts.join('   ')}</p>}
          {readings !== undefined && <p className="min-h-5 text-small text-soft">{readings}</p>}
          {remarks.length > 0 && <Note tone="warn">{remarks.join(' ')}</Note>}
          {maySend && waitsForYou && camera.phase === 'off' && (
            <Button look="main" icon="camera" onClick={() => void startDeviceCamera(name)}>
              {wall.deviceCamera}
            </Button>
          )}
          {isSent && (
            <Button icon="camera" isBusy={camera.phase === 'starting'} onClick={stopDeviceCamera}>
              {wall.stopCamera}
            </Button>
          )}
        </div>
      </footer>
    </article>
  )
}
