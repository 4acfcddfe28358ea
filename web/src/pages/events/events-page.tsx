import { useNavigate, useSearch } from '@tanstack/react-router'
import { startTransition, useEffect, useMemo, useRef, useState } from 'react'
import type { StoredEvent } from '../../../../src/contract/api/event.ts'
import { answer, api } from '../../api/client.ts'
import { useWho } from '../../api/session.ts'
import { IconButton } from '../../design/button.tsx'
import { Page } from '../../design/card.tsx'
import { Menu } from '../../design/menu.tsx'
import { useLiveEvents, useMissed } from '../../streams/use-live.ts'
import { events } from '../../strings/events.ts'
import { pageNames } from '../../strings/shell.ts'
import { EventFilters } from './event-filters.tsx'
import { EventListStore } from './event-list-state.ts'
import { EventReview } from './event-review.tsx'
import { type EventSearch, eventQuery, exportAddress, firstEvents, isAskedFor } from './event-search.ts'

/** Of those that follow the first ones. */
const pageSize = 500
/** New ones are shown in one go. */
const showEveryMs = 300

/** What happened: all of it, by what one wants to know; those that happen now come in by themselves. */
export function EventsPage() {
  const search = useSearch({ from: '/events' })
  const navigate = useNavigate({ from: '/events' })
  const change = (next: EventSearch) => void navigate({ search: next, replace: true })
  const download = (format: 'csv' | 'ndjson') => location.assign(exportAddress(search, format, Date.now()))
  const actions = (
    <Menu
      trigger={<IconButton icon="report" name={events.export} />}
      items={[
        { label: events.exportCsv, onSelect: () => download('csv') },
        { label: events.exportLines, onSelect: () => download('ndjson') }
      ]}
    />
  )
  return (
    <Page title={pageNames.events} actions={actions}>
      <EventFilters search={search} onChange={change} />
      <EventsFound key={JSON.stringify(search)} search={search} onChange={change} />
    </Page>
  )
}

interface EventsFoundProps {
  readonly search: EventSearch
  readonly onChange: (search: EventSearch) => void
}

function EventsFound({ search, onChange }: EventsFoundProps) {
  const who = useWho()
  const store = useMemo(() => listOf(search), [search])
  const [state, setState] = useState(store.state)
  const [isReading, setReading] = useState(false)
  const arrived = useRef<StoredEvent[]>([])
  useEffect(() => {
    // In small steps, between which whoever presses something is heard.
    const unsubscribe = store.subscribe(() => startTransition(() => setState(store.state)))
    void store.more()
    return unsubscribe
  }, [store])
  useLiveEvents(({ event, atMs }) => {
    if (isAskedFor(search, event, atMs)) arrived.current.push({ event, atMs })
  })
  useMissed(() => void store.catchUp(!isReading))
  useEffect(() => {
    const show = setInterval(() => {
      if (arrived.current.length === 0) return
      store.add(arrived.current, !isReading)
      arrived.current = []
    }, showEveryMs)
    return () => clearInterval(show)
  }, [store, isReading])
  return (
    <EventReview
      store={store}
      state={state}
      mayMark={who?.name !== undefined}
      onReading={setReading}
      onTrack={track => onChange({ kind: 'all', track })}
    />
  )
}

function listOf(search: EventSearch): EventListStore {
  const query = { ...eventQuery(search, Date.now()), ...firstEvents }
  return new EventListStore((cursor, beforeMs) => {
    const place = {
      ...(cursor !== undefined && { cursor, limit: pageSize }),
      ...(beforeMs !== undefined && { toMs: Math.min(beforeMs, query.toMs ?? beforeMs) })
    }
    return answer(api.GET('/api/v1/events', { params: { query: { ...query, ...place } } }))
  })
}
