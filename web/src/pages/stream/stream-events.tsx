import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox } from '../../design/field.tsx'
import { Loading } from '../../design/states.tsx'
import { EventFeed } from '../../streams/event-feed.tsx'
import { streamPage } from '../../strings/stream-page.ts'
import { lastEventsQuery, trackPicturesQuery } from './stream-queries.ts'

/** What happens on a stream, beside its picture. */
export function StreamEvents({ stream }: { readonly stream: string }) {
  const [withTracks, setWithTracks] = useState(false)
  const earlier = useQuery(lastEventsQuery(stream))
  const pictures = useQuery(trackPicturesQuery(stream)).data
  return (
    <section
      aria-label={streamPage.events}
      className="flex max-h-[36rem] flex-col rounded-large border border-edge bg-surface xl:sticky xl:col-start-2 xl:row-span-2 xl:row-start-1 xl:top-6 xl:max-h-[calc(100dvh-8rem)]"
    >
      <header className="flex flex-wrap items-center justify-between gap-x-4 px-4 py-2">
        <h2 className="text-lead font-semibold">{streamPage.events}</h2>
        <Checkbox
          label={streamPage.tracksToo}
          checked={withTracks}
          onChange={({ target }) => setWithTracks(target.checked)}
          className="text-small"
        />
      </header>
      {earlier.isPending ? (
        <div className="p-4">
          <Loading />
        </div>
      ) : (
        <EventFeed stream={stream} earlier={earlier.data ?? []} withTracks={withTracks} pictures={pictures} />
      )}
    </section>
  )
}
