import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Recording } from '../../../../src/contract/api/recording.ts'
import { Button } from '../../design/button.tsx'
import { Empty, Failed, Loading } from '../../design/states.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime, lasting } from '../../strings/format.ts'
import { uploads } from '../../strings/uploads.ts'
import { recordingsQuery } from '../../uploads/upload-queries.ts'

/** What was analysed, each with the way to its report. */
export function RecordingList() {
  const manner = useManner()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(recordingsQuery)
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const rows = data.pages.flatMap(({ items }) => items)
  if (rows.length === 0)
    return (
      <Empty icon="film" title={uploads.none}>
        {uploads.noneWhy}
      </Empty>
    )
  const columns: readonly Column<Pick<Recording, 'id' | 'title' | 'durationMs' | 'createdMs'>>[] = [
    {
      name: 'title',
      label: uploads.recording,
      cell: ({ id, title }) => (
        <Link
          to="/reports/$id"
          params={{ id }}
          className="line-clamp-2 rounded-small font-medium text-accent underline-offset-2 hover:underline"
        >
          {title}
        </Link>
      )
    },
    {
      name: 'length',
      label: uploads.length,
      isNumber: true,
      cell: ({ durationMs }) => (durationMs === null ? '' : lasting(durationMs))
    },
    {
      name: 'analysed',
      label: uploads.analysed,
      isNumber: true,
      isExtra: true,
      cell: ({ createdMs }) => dateAndTime(createdMs, manner)
    }
  ]
  return (
    <section aria-label={uploads.recordings} className="grid gap-3">
      <Table caption={uploads.recordings} columns={columns} rows={rows} keyOf={({ id }) => id} />
      {hasNextPage && (
        <div>
          <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {uploads.more}
          </Button>
        </div>
      )}
    </section>
  )
}
