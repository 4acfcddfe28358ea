import { useEffect, useReducer, useRef } from 'react'
import type { StoredEvent } from '../../../src/contract/api/event.ts'
import { classNames } from '../design/class-names.ts'
import { Icon, type IconName } from '../design/icon.tsx'
import { useManner } from '../preferences/preferences.ts'
import { eventSentence } from '../strings/event-sentence.ts'
import { timeOfDay } from '../strings/format.ts'
import type { MeasureTitles } from '../strings/measure-title.ts'
import { streamPage } from '../strings/stream-page.ts'
import { merged } from './merged-events.ts'
import { useLiveEvents, useStreamState } from './use-live.ts'

interface EventFeedProps {
  readonly stream: string
  /** What happened before it was opened. */
  readonly earlier: readonly StoredEvent[]
  readonly withTracks: boolean
  /** Where the pictures of tracks are, by `epoch/track`. */
  readonly pictures: ReadonlyMap<string, string> | undefined
}

/** New ones are shown in one go. */
const showEveryMs = 300
/** Who has the page read out to them is told of one, and how many more there were. */
const tellEveryMs = 8000

/** What happens on a stream, the newest first. */
export function EventFeed({ stream, earlier, withTracks, pictures }: EventFeedProps) {
  const manner = useManner()
  const [live, add] = useReducer(merged, [])
  const waiting = useRef<StoredEvent[]>([])
  const told = useRef<HTMLParagraphElement>(null)
  useLiveEvents(({ event, atMs }) => {
    if (event.stream === stream) waiting.current.push({ event, atMs })
  })
  useEffect(() => {
    const show = setInterval(() => {
      if (waiting.current.length === 0) return
      add(waiting.current)
      waiting.current = []
    }, showEveryMs)
    return () => clearInterval(show)
  }, [])
  const events = merged(live, earlier).filter(
    ({ event: { kind } }) => withTracks || (kind !== 'track-started' && kind !== 'track-ended')
  )
  const titles = useStreamState(stream)?.titles
  useTold(told, events, titles)
  return (
    <>
      <p ref={told} role="status" className="sr-only" />
      {events.length === 0 && <p className="px-4 pb-4 text-soft">{streamPage.noEvents}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it. */}
      <section aria-label={streamPage.eventsList} tabIndex={0} className="min-h-0 overflow-y-auto -outline-offset-2">
        <ol>
          {events.map(({ event, atMs }) => (
            <li key={event.id} className="flex gap-3 border-t border-edge px-4 py-1.5">
              <Sign event={event} picture={pictures?.get(trackOf(event))} />
              <span className="min-w-0 grow self-center">{eventSentence(event, titles)}</span>
              <time
                dateTime={new Date(atMs).toISOString()}
                className="self-center text-note whitespace-nowrap text-soft"
              >
                {timeOfDay(atMs, manner)}
              </time>
            </li>
          ))}
        </ol>
      </section>
    </>
  )
}

/** A sign of what happened; who it was, where there is a picture of them. */
function Sign({ event, picture }: { readonly event: StoredEvent['event']; readonly picture: string | undefined }) {
  const { kind } = event
  // Its place is kept until it comes, so that nothing moves.
  const place = 'trackId' in event ? 'min-h-12' : ''
  return (
    <span className={classNames('grid w-9 shrink-0 place-items-center', place, toneOf(kind))}>
      {picture === undefined ? (
        <Icon name={iconOf(kind)} size={18} />
      ) : (
        <img src={picture} alt="" loading="lazy" className="h-12 w-9 rounded-small bg-stage object-cover object-top" />
      )}
    </span>
  )
}

function trackOf(event: StoredEvent['event']): string {
  return 'trackId' in event ? `${event.epoch}/${event.trackId}` : ''
}

/** Says the newest, and how many came with it, not more often than somebody can listen to. */
function useTold(
  told: { readonly current: HTMLParagraphElement | null },
  events: readonly StoredEvent[],
  titles: MeasureTitles | undefined
): void {
  const newest = useRef(events)
  const called = useRef(titles)
  newest.current = events
  called.current = titles
  useEffect(() => {
    let last = newest.current[0]?.event.id
    const tell = setInterval(() => {
      const at = newest.current.findIndex(({ event }) => event.id === last)
      const fresh = at < 0 ? newest.current : newest.current.slice(0, at)
      const first = fresh[0]
      if (!first || !told.current) return
      last = first.event.id
      told.current.textContent =
        eventSentence(first.event, called.current) + (fresh.length > 1 ? streamPage.moreEvents(fresh.length - 1) : '')
    }, tellEveryMs)
    return () => clearInterval(tell)
  }, [told])
}

function iconOf(kind: string): IconName {
  if (kind === 'stream-down' || kind === 'direction-violated' || kind === 'object-left') return 'warn'
  if (kind === 'stream-up') return 'good'
  if (kind.startsWith('line')) return 'right'
  if (kind.startsWith('track')) return 'people'
  return 'layers'
}

function toneOf(kind: string): string {
  if (iconOf(kind) === 'warn') return 'text-warn'
  return kind === 'stream-up' ? 'text-good' : 'text-soft'
}
