import { useInfiniteQuery } from '@tanstack/react-query'
import { Button } from '../../design/button.tsx'
import { Failed, Loading } from '../../design/states.tsx'
import { everybodysSessionsQuery } from '../../people/people-queries.ts'
import { SessionTable } from '../../people/session-table.tsx'
import { people } from '../../strings/people.ts'

/** Everybody's browsers that are signed in. */
export function EverybodysSessions() {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } =
    useInfiniteQuery(everybodysSessionsQuery)
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="grid justify-items-start gap-3">
      <div className="w-full">
        <SessionTable hasOwner sessions={data.pages.flatMap(({ items }) => items)} />
      </div>
      {hasNextPage && (
        <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {people.more}
        </Button>
      )}
    </div>
  )
}
