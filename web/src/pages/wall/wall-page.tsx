import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useWho } from '../../api/session.ts'
import { IconButton } from '../../design/button.tsx'
import { Page } from '../../design/card.tsx'
import { classNames } from '../../design/class-names.ts'
import { Switches } from '../../design/field.tsx'
import { Empty, Failed, Loading, Skeleton } from '../../design/states.tsx'
import { prefer, usePreferences } from '../../preferences/preferences.ts'
import { sitesQuery, useStreams } from '../../streams/stream-list.ts'
import { pageNames } from '../../strings/shell.ts'
import { streams as streamStrings } from '../../strings/streams.ts'
import { wall } from '../../strings/wall.ts'
import { Doors } from './doors.tsx'
import { arranged, grouped, movedTo } from './wall-order.ts'
import { WallTile } from './wall-tile.tsx'

/** Every live stream at once. */
export function WallPage() {
  const { data: streams, error, refetch } = useStreams()
  const { playout } = usePreferences()
  const who = useWho()
  // All at once: what comes first would be moved by what comes later.
  const data = who && streams
  const maySend = who?.isSetUp === true && who.role !== 'viewer'
  const tiles = useRef<HTMLDivElement>(null)
  const isFirst = data?.length === 0
  const actions = (
    <>
      <div className="order-last grid w-full sm:order-none sm:w-auto">
        <Switches
          name={streamStrings.playout}
          value={playout}
          onChoice={value => prefer({ playout: value })}
          choices={[
            { value: 'exact', label: streamStrings.playouts.exact },
            { value: 'lowest', label: streamStrings.playouts.lowest }
          ]}
        />
      </div>
      <IconButton icon="expand" name={wall.fullScreen} onClick={() => void tiles.current?.requestFullscreen()} />
      {maySend && <Doors look="menu" />}
    </>
  )
  return (
    <Page title={pageNames.wall} actions={data && !isFirst ? actions : undefined}>
      {error && !data ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error && (
        <Loading>
          <div className="grid gap-4 md:grid-cols-2">
            <Skeleton className="aspect-video" />
            <Skeleton className="aspect-video" />
          </div>
        </Loading>
      )}
      {isFirst && (
        <Empty icon="camera" title={wall.empty} action={maySend && <Doors look="cards" />}>
          {maySend ? wall.emptyText : wall.emptyViewer}
        </Empty>
      )}
      <div
        ref={tiles}
        className="grid gap-6 bg-ground backdrop:bg-ground [&:fullscreen]:content-start [&:fullscreen]:overflow-y-auto [&:fullscreen]:p-4"
      >
        {data && <Groups streams={data} maySend={maySend} />}
      </div>
    </Page>
  )
}

interface GroupsProps {
  readonly streams: NonNullable<ReturnType<typeof useStreams>['data']>
  readonly maySend: boolean
}

/** By place, where there is more than one. */
function Groups({ streams, maySend }: GroupsProps) {
  const { wallOrder } = usePreferences()
  const sites = useQuery({ ...sitesQuery, enabled: streams.some(({ site }) => site !== null) }).data
  const ordered = arranged(streams, wallOrder)
  const names = ordered.map(({ name }) => name)
  const groups = grouped(ordered)
  return groups.map(({ site, streams: members }) => (
    <section key={site ?? ''} className="grid gap-3">
      <h2 className={groups.length > 1 || site !== null ? 'text-lead font-semibold' : 'sr-only'}>
        {site === null ? wall.elsewhere : (sites?.find(({ id }) => id === site)?.title ?? site)}
      </h2>
      <div className={classNames('grid items-start gap-4', columnsOf(members.length))}>
        {members.map(stream => (
          <WallTile
            key={stream.name}
            stream={stream}
            maySend={maySend}
            onDropped={moved => prefer({ wallOrder: movedTo(names, moved, stream.name) })}
            onMove={to => {
              const others = names.filter(name => name !== stream.name)
              prefer({ wallOrder: to === 'front' ? [stream.name, ...others] : [...others, stream.name] })
            }}
          />
        ))}
      </div>
    </section>
  ))
}

/** As large as there is room for all of them; many are scrolled through. */
function columnsOf(count: number): string {
  if (count === 1) return 'max-w-[max(20rem,calc((100dvh-17rem)*16/9))]'
  if (count <= 4) return 'md:grid-cols-2'
  return 'grid-cols-[repeat(auto-fill,minmax(min(100%,22rem),1fr))]'
}
