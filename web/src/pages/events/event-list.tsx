import { type KeyboardEvent, memo, useEffect, useId, useMemo, useRef, useState } from 'react'
import type { StoredEvent } from '../../../../src/contract/api/event.ts'
import { classNames } from '../../design/class-names.ts'
import { Icon } from '../../design/icon.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { useStreamStates } from '../../streams/use-live.ts'
import { eventSentence } from '../../strings/event-sentence.ts'
import { events } from '../../strings/events.ts'
import { dateAndTime, timeOfDay } from '../../strings/format.ts'
import type { MeasureTitles } from '../../strings/measure-title.ts'
import { rowsInView } from './event-list-state.ts'

const rowPx = 56
/** The next page is asked for when so many rows are left. */
const ahead = 120
const pageRows = 10

interface EventListProps {
  readonly items: readonly StoredEvent[]
  readonly seen: ReadonlySet<string>
  readonly chosen: ReadonlySet<string>
  /** Pressing one chooses it. */
  readonly isChoosing: boolean
  readonly activeId: string | undefined
  readonly mayMark: boolean
  readonly onActive: (id: string) => void
  readonly onChoose: (chosen: ReadonlySet<string>) => void
  readonly onMark: (id: string, isSeen: boolean) => void
  readonly onScrolled: (isScrolled: boolean) => void
  readonly onMore: () => void
}

/** However many events: only rows that are seen are there. One has the focus, which keys move. */
export function EventList(props: EventListProps) {
  const { items, seen, chosen, isChoosing, activeId, mayMark } = props
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ top: 0, height: 600 })
  const { first, end } = rowsInView(view.top, view.height, rowPx, items.length)
  const at = useMemo(
    () => (activeId === undefined ? -1 : items.findIndex(({ event }) => event.id === activeId)),
    [items, activeId]
  )
  const today = new Date().toDateString()

  useEffect(() => {
    if (end + ahead >= items.length) props.onMore()
  })
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (box.current) setView({ top: box.current.scrollTop, height: box.current.clientHeight })
    })
    if (box.current) observer.observe(box.current)
    return () => observer.disconnect()
  }, [])

  const go = (wanted: number) => {
    const to = Math.max(0, Math.min(items.length - 1, wanted))
    const there = items[to]
    if (!there || !box.current) return
    props.onActive(there.event.id)
    const { scrollTop, clientHeight } = box.current
    if (to * rowPx < scrollTop) box.current.scrollTop = to * rowPx
    else if ((to + 1) * rowPx > scrollTop + clientHeight) box.current.scrollTop = (to + 1) * rowPx - clientHeight
  }
  const states = useStreamStates()
  const toggle = (eventId: string) => {
    const next = new Set(chosen)
    if (!next.delete(eventId)) next.add(eventId)
    props.onChoose(next)
  }
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const steps: Readonly<Record<string, number>> = {
      ...{ j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: pageRows, PageUp: -pageRows },
      ...{ Home: -items.length, End: items.length }
    }
    const step = steps[event.key]
    if (step !== undefined) go(at < 0 ? (step > 0 && event.key !== 'End' ? 0 : at + step) : at + step)
    else if ((event.key === ' ' || event.key === 'Enter') && activeId !== undefined) {
      props.onMark(activeId, true)
      go(at + 1)
    } else if (event.key === 'u' && activeId !== undefined) props.onMark(activeId, false)
    else if (event.key === 'x' && activeId !== undefined && mayMark) toggle(activeId)
    else return
    event.preventDefault()
  }
  return (
    <div
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label={events.list}
      aria-multiselectable={mayMark}
      aria-activedescendant={at >= first && at < end ? `${id}-${at}` : undefined}
      onKeyDown={press}
      onScroll={({ currentTarget }) => {
        // Between two rows nothing else is in view.
        const top = Math.floor(currentTarget.scrollTop / rowPx) * rowPx
        if (top !== view.top) setView({ top, height: currentTarget.clientHeight + rowPx })
        props.onScrolled(currentTarget.scrollTop > rowPx)
      }}
      className="h-[calc(100dvh-17rem)] min-h-80 overflow-y-auto overscroll-contain rounded-large border border-edge bg-surface"
    >
      {/* biome-ignore-start lint/a11y: the list has the focus, and its keys. */}
      <div
        role="presentation"
        onClick={({ target, ctrlKey, metaKey }) => {
          const row = target instanceof Element ? target.closest<HTMLElement>('[data-event]') : null
          const eventId = row?.dataset.event
          if (!eventId) return
          props.onActive(eventId)
          if (mayMark && (isChoosing || ctrlKey || metaKey)) toggle(eventId)
        }}
        className="relative"
        style={{ height: items.length * rowPx }}
      >
        {items.slice(first, end).map((stored, index) => (
          <EventRow
            key={stored.event.id}
            id={`${id}-${first + index}`}
            stored={stored}
            place={first + index}
            count={items.length}
            isActive={stored.event.id === activeId}
            isChosen={chosen.has(stored.event.id)}
            isSeen={seen.has(stored.event.id)}
            today={today}
            titles={states.get(stored.event.stream)?.titles}
          />
        ))}
      </div>
      {/* biome-ignore-end lint/a11y: the list has the focus, and its keys. */}
    </div>
  )
}

interface EventRowProps {
  readonly id: string
  readonly stored: StoredEvent
  readonly place: number
  readonly count: number
  readonly isActive: boolean
  readonly isChosen: boolean
  readonly isSeen: boolean
  /** As `toDateString` says it. */
  readonly today: string
  readonly titles: MeasureTitles | undefined
}

const EventRow = memo(function EventRow(props: EventRowProps) {
  const { id, stored, place, count, isActive, isChosen, isSeen, today, titles } = props
  const { event, atMs } = stored
  const manner = useManner()
  const isToday = new Date(atMs).toDateString() === today
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and says which one is meant.
    <div
      id={id}
      role="option"
      aria-selected={isChosen}
      aria-setsize={count}
      aria-posinset={place + 1}
      data-event={event.id}
      // Moved and not laid out anew when others come before it.
      style={{ transform: `translateY(${place * rowPx}px)`, height: rowPx }}
      className={classNames(
        'absolute inset-x-0 top-0 flex cursor-pointer items-center gap-3 border-b border-edge px-4',
        isActive ? 'bg-raised outline-2 -outline-offset-2 outline-focus' : 'hover:bg-raised'
      )}
    >
      <span className={classNames('shrink-0', isChosen ? 'text-accent' : 'text-soft')}>
        <Icon name={isChosen ? 'good' : event.kind === 'stream-down' ? 'warn' : 'events'} size={18} />
      </span>
      <span className="min-w-0 grow">
        <span className={classNames('block truncate', isSeen ? 'text-soft' : 'font-medium')}>
          {eventSentence(event, titles)}
        </span>
        <span className="block truncate text-note text-soft">{event.stream}</span>
      </span>
      <span className="shrink-0 text-right text-note text-soft">
        <time dateTime={new Date(atMs).toISOString()} className="block">
          {isToday ? timeOfDay(atMs, manner) : dateAndTime(atMs, manner)}
        </time>
        {isSeen && (
          <span className="inline-flex items-center gap-1">
            <Icon name="check" size={14} />
            {events.seen}
          </span>
        )}
      </span>
    </div>
  )
})
