import { queryOptions, useQuery } from '@tanstack/react-query'
import { answer, api } from '../../api/client.ts'
import { useWho } from '../../api/session.ts'
import { Button } from '../../design/button.tsx'
import { Checkbox, type Choice, Select } from '../../design/field.tsx'
import { TimeField } from '../../design/time-field.tsx'
import { streamsQuery } from '../../streams/stream-list.ts'
import { useStreamState } from '../../streams/use-live.ts'
import { events } from '../../strings/events.ts'
import { allKinds, type EventSearch, eventSearch, lastMs, withLimit } from './event-search.ts'

const minuteMs = 60_000
/** What there was within this is offered. */
const lookBackMs = 30 * 86_400_000

/** Classes and measures that there were lately. */
const foundQuery = (stream: string | undefined) =>
  queryOptions({
    queryKey: ['events', 'found', stream],
    async queryFn({ signal }) {
      const toMs = Math.ceil(Date.now() / minuteMs) * minuteMs
      const query = {
        ...(stream !== undefined && { stream: [stream] }),
        ...{ fromMs: toMs - lookBackMs, toMs, period: 'day' as const, groupBy: ['label' as const, 'measure' as const] }
      }
      const { items } = await answer(api.GET('/api/v1/events/counts', { params: { query }, signal }))
      return {
        labels: distinct(items.map(({ label }) => label)),
        measures: distinct(items.map(({ measure }) => measure))
      }
    },
    staleTime: 60_000
  })

function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter(value => value !== undefined && value !== ''))].sort() as string[]
}

interface EventFiltersProps {
  readonly search: EventSearch
  readonly onChange: (search: EventSearch) => void
}

/** Which events are shown. All of it stands in the address. */
export function EventFilters({ search, onChange }: EventFiltersProps) {
  const who = useWho()
  const { data: streams } = useQuery(streamsQuery)
  const { data: found } = useQuery(foundQuery(search.stream))
  // Of several streams, one name may be called several things.
  const titles = useStreamState(search.stream ?? '')?.titles
  const { track: _, ...kept } = search
  const put = (name: keyof EventSearch, value: unknown) => {
    const others: Partial<Record<keyof EventSearch, unknown>> = { ...kept }
    delete others[name]
    onChange(eventSearch(value === '' || value === undefined ? others : { ...others, [name]: value }))
  }
  const period = search.last ?? (search.fromMs === undefined && search.toMs === undefined ? 'all' : 'own')
  const choosePeriod = (value: string) => {
    const { last, fromMs, toMs, ...others } = kept
    if (value === 'all') onChange(others)
    else if (value === 'own') onChange({ ...others, fromMs: Date.now() - lastMs.day })
    else onChange({ ...others, last: value as keyof typeof lastMs })
  }
  return (
    <section aria-label={events.filters} className="grid grid-cols-2 items-end gap-3 md:grid-cols-3 xl:grid-cols-5">
      <Select
        label={events.stream}
        value={search.stream ?? ''}
        choices={choices(
          events.allStreams,
          (streams ?? []).map(({ name, title }) => ({ value: name, label: title })),
          search.stream
        )}
        onChoice={value => put('stream', value)}
      />
      <Select
        label={events.kind}
        value={search.kind ?? ''}
        choices={[
          { value: '', label: events.usualKinds },
          { value: 'all', label: events.allKinds },
          ...allKinds.map(value => ({ value, label: events.kinds[value] }))
        ]}
        onChoice={value => put('kind', value)}
      />
      <Select
        label={events.label}
        value={search.label ?? ''}
        choices={choices(events.allLabels, (found?.labels ?? []).map(same), search.label)}
        onChoice={value => put('label', value)}
      />
      <Select
        label={events.measure}
        value={search.measure ?? ''}
        choices={choices(
          events.allMeasures,
          (found?.measures ?? []).map(value => ({ value, label: titles?.[value] ?? value.replace(/^[a-z]+\./, '') })),
          search.measure
        )}
        onChoice={value => put('measure', value)}
      />
      <Select
        label={events.period}
        value={period}
        choices={Object.entries(events.periods).map(([value, label]) => ({ value, label }))}
        onChoice={choosePeriod}
      />
      {period === 'own' &&
        (['fromMs', 'toMs'] as const).map(name => (
          <TimeField
            key={name}
            label={name === 'fromMs' ? events.from : events.to}
            value={search[name]}
            onChange={ms => onChange(withLimit(kept, name, ms))}
          />
        ))}
      <div className="col-span-2 flex min-h-10 flex-wrap items-center gap-x-4 md:col-span-full">
        {who?.name !== undefined && (
          <Checkbox
            label={events.unseen}
            checked={search.unseen === true}
            onChange={({ target }) => put('unseen', target.checked || undefined)}
          />
        )}
        {Object.keys(search).length > 0 && (
          <Button look="quiet" isSmall icon="close" onClick={() => onChange({})}>
            {events.clear}
          </Button>
        )}
      </div>
    </section>
  )
}

function same(value: string): Choice {
  return { value, label: value }
}

/** What is chosen is among them, whether it is known or not. */
function choices(all: string, known: readonly Choice[], chosen: string | undefined): readonly Choice[] {
  const isKnown = chosen === undefined || known.some(({ value }) => value === chosen)
  return [{ value: '', label: all }, ...known, ...(isKnown ? [] : [same(chosen)])]
}
