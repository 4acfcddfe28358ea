import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { StoredEvent } from '../../../../src/contract/api/event.ts'
import { answer, api } from '../../api/client.ts'
import { Button, buttonLook } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Skeleton } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { useStreamState } from '../../streams/use-live.ts'
import { eventSentence } from '../../strings/event-sentence.ts'
import { events } from '../../strings/events.ts'
import { dateAndTime, timeOfDay } from '../../strings/format.ts'
import { trackOf } from './event-search.ts'

/** Tracks that began before an event, the last first: whom it is about is among them, unless it was crowded for long. */
const mostTracks = 1000

/** Where the picture of whom it is about is; null where there is none. Asked for by the list, since a picture that is not there is an error. */
const pictureQuery = ({ event, atMs }: StoredEvent) =>
  queryOptions({
    queryKey: ['tracks', 'picture', event.id],
    async queryFn({ signal }) {
      if (!('trackId' in event)) return null
      const { stream, epoch, trackId } = event
      const query = { stream: [stream], label: [event.label], epoch, toMs: atMs + 1, limit: mostTracks }
      const { items } = await answer(api.GET('/api/v1/tracks', { params: { query }, signal }))
      const track = items.find(each => each.trackId === trackId)
      return track?.snapshot ? `/api/v1/tracks/${stream}/${epoch}/${trackId}/snapshot.jpg` : null
    }
  })

interface EventDetailProps {
  readonly stored: StoredEvent | undefined
  readonly isSeen: boolean
  readonly onTrack: (track: string) => void
}

/** All that is known of one event. */
export function EventDetail({ stored, isSeen, onTrack }: EventDetailProps) {
  return (
    <Card title={events.detail} className="self-start lg:sticky lg:top-4">
      {stored ? (
        <Chosen stored={stored} isSeen={isSeen} onTrack={onTrack} />
      ) : (
        <p className="text-soft">{events.nothingChosen}</p>
      )}
    </Card>
  )
}

function Chosen({ stored, isSeen, onTrack }: Omit<EventDetailProps, 'stored'> & { readonly stored: StoredEvent }) {
  const manner = useManner()
  const { data: picture, isPending } = useQuery(pictureQuery(stored))
  const { event, atMs } = stored
  const track = trackOf(event)
  const titles = useStreamState(event.stream)?.titles
  return (
    <div className="grid gap-3">
      <div className="grid h-48 place-items-center overflow-hidden rounded-medium bg-stage text-small text-on-stage">
        {isPending && <Skeleton className="size-full" />}
        {picture && <img src={picture} alt={events.picture} className="max-h-48 max-w-full object-contain" />}
        {picture === null && events.noPicture}
      </div>
      <div aria-live="polite">
        <p className="text-lead font-semibold">{eventSentence(event, titles)}</p>
        <p className="text-small text-soft">
          {[event.stream, dateAndTime(atMs, manner), timeOfDay(atMs, manner), isSeen && events.seen]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      <p className="text-note text-soft">
        {events.id} <code className="break-all">{event.id}</code>
      </p>
      <div className="flex flex-wrap gap-2">
        <Link to="/streams/$stream" params={{ stream: event.stream }} className={buttonLook('plain', true)}>
          {events.openStream}
        </Link>
        {track !== undefined && (
          <Button isSmall onClick={() => onTrack(track)}>
            {events.onlyTrack}
          </Button>
        )}
      </div>
    </div>
  )
}
