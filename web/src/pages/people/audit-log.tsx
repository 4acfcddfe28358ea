import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { AuditItem } from '../../../../src/contract/api/system.ts'
import { answer, api } from '../../api/client.ts'
import { Button } from '../../design/button.tsx'
import { Menu } from '../../design/menu.tsx'
import { Empty, Failed, Loading } from '../../design/states.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { actionSaid, actorSaid, detailSaid } from '../../strings/audit-sentence.ts'
import { events } from '../../strings/events.ts'
import { dateAndTime } from '../../strings/format.ts'
import { audit, people } from '../../strings/people.ts'
import { AuditFilters } from './audit-filters.tsx'
import { auditAddress, auditQuery, type PeopleSearch } from './people-search.ts'

const pageSize = 100

const auditListQuery = (search: PeopleSearch, nowMs: number) =>
  infiniteQueryOptions({
    queryKey: ['people', 'audit', search, nowMs],
    queryFn: ({ signal, pageParam }) =>
      answer(
        api.GET('/api/v1/audit', {
          params: {
            query: {
              ...auditQuery(search, nowMs),
              limit: pageSize,
              ...(pageParam !== undefined && { cursor: pageParam })
            }
          },
          signal
        })
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined
  })

interface AuditLogProps {
  readonly search: PeopleSearch
  readonly onChange: (search: PeopleSearch) => void
}

/** Who did what, by what one wants to know. */
export function AuditLog({ search, onChange }: AuditLogProps) {
  const download = (format: 'csv' | 'ndjson') => location.assign(auditAddress(search, format, Date.now()))
  return (
    <div className="grid gap-3">
      <AuditFilters
        search={search}
        onChange={onChange}
        actions={
          <Menu
            trigger={<Button icon="report">{events.export}</Button>}
            items={[
              { label: events.exportCsv, onSelect: () => download('csv') },
              { label: events.exportLines, onSelect: () => download('ndjson') }
            ]}
          />
        }
      />
      <Entries key={JSON.stringify(search)} search={search} />
    </div>
  )
}

function Entries({ search }: Pick<AuditLogProps, 'search'>) {
  const manner = useManner()
  // Pages go on from one another: they have to be asked from the same moment on.
  const openedMs = useMemo(() => Date.now(), [])
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    auditListQuery(search, openedMs)
  )
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const rows = data.pages.flatMap(({ items }) => items)
  if (rows.length === 0)
    return (
      <Empty icon="search" title={audit.none}>
        {audit.noneWhy}
      </Empty>
    )
  const columns: readonly Column<AuditItem>[] = [
    {
      name: 'when',
      label: audit.when,
      cell: ({ atMs }) => (
        <time dateTime={new Date(atMs).toISOString()} className="text-small text-soft">
          {dateAndTime(atMs, manner)}
        </time>
      )
    },
    { name: 'who', label: audit.who, cell: ({ actor }) => actorSaid(actor) },
    {
      name: 'what',
      label: audit.action,
      cell: ({ action, subject }) => (
        <>
          {actionSaid(action)} <span className="block text-small text-soft">{subject}</span>
        </>
      )
    },
    { name: 'detail', label: audit.detail, isExtra: true, cell: entry => <Detail entry={entry} /> }
  ]
  return (
    <div className="grid justify-items-start gap-3">
      <div className="w-full">
        <Table caption={audit.caption} columns={columns} rows={rows} keyOf={({ n }) => String(n)} />
      </div>
      {hasNextPage && (
        <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {people.more}
        </Button>
      )}
    </div>
  )
}

/** Some words are said at once; what is longer is opened. */
const longest = 90

function Detail({ entry: { detail } }: { readonly entry: AuditItem }) {
  const lines = detailSaid(detail)
  const text = lines.join('; ')
  if (text.length <= longest) return <span className="text-small text-soft">{text}</span>
  return (
    <details className="max-w-prose text-small text-soft">
      <summary className="rounded-small">{`${text.slice(0, longest)}…`}</summary>
      <ul className="grid gap-1 pt-1">
        {lines.map(line => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </details>
  )
}
