import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useWho } from '../../api/session.ts'
import { Button } from '../../design/button.tsx'
import { Page } from '../../design/card.tsx'
import { Empty, Failed, Loading } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import { streamsQuery } from '../../streams/stream-list.ts'
import { seen } from '../../strings/seen.ts'
import { pageNames } from '../../strings/shell.ts'
import { SeenPerson } from './seen-person.tsx'
import { mergeSeen, seenQuery, tracksOfSeen } from './seen-queries.ts'

/** Who was seen by the cameras of sites, and what people say of it: two are one, or one is two. */
export function SeenPage() {
  const { role = 'viewer' } = useWho() ?? {}
  const mayChange = role !== 'viewer'
  const queries = useQueryClient()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(seenQuery)
  const { data: streams = [] } = useQuery(streamsQuery)
  const [marked, setMarked] = useState<readonly string[]>([])
  const people = data?.pages.flatMap(({ items }) => items)
  // Whoever is somebody else's by now is no choice any more: of several, some may have been merged before one was refused.
  const chosen = marked.filter(id => people?.some(person => person.id === id))
  const titles = new Map(streams.map(({ name, title }) => [name, title]))
  // Of whom is gone nothing is asked any more.
  const again = (id: string) =>
    Promise.all([
      queries.invalidateQueries({ queryKey: seenQuery.queryKey }),
      queries.invalidateQueries({ queryKey: tracksOfSeen(id).queryKey })
    ])
  const merging = useMutation({
    mutationFn: ([into, ...others]: readonly string[]) => mergeSeen(into!, others),
    onSuccess: () => {
      setMarked([])
      toast({ text: seen.wereMerged, tone: 'good' })
    },
    onSettled: (_data, _error, [into]) => again(into!)
  })
  return (
    <Page title={pageNames.seen}>
      <p className="max-w-prose text-soft">{seen.what}</p>
      {error ? <Failed error={error} onRetry={() => void (data ? fetchNextPage() : refetch())} /> : null}
      {!people && !error && <Loading />}
      {people?.length === 0 && (
        <Empty icon="people" title={seen.nobody}>
          {seen.nobodyWhy}
        </Empty>
      )}
      <ul aria-label={seen.caption} className="grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] items-start gap-3">
        {people?.map(person => (
          <li key={person.id}>
            <SeenPerson
              person={person}
              titleOf={name => titles.get(name) ?? name}
              isChosen={chosen.includes(person.id)}
              onChoose={
                mayChange
                  ? isChosen =>
                      setMarked(before => (isChosen ? [...before, person.id] : before.filter(id => id !== person.id)))
                  : undefined
              }
              onSplit={() => void again(person.id)}
            />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <div>
          <Button isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {seen.more}
          </Button>
        </div>
      )}
      {chosen.length > 0 && (
        <div className="sticky bottom-16 z-20 lg:bottom-4 grid gap-2 rounded-large border border-edge bg-surface p-3 shadow-float">
          <div className="flex flex-wrap items-center gap-2">
            <p role="status" className="mr-auto w-full sm:w-auto">
              {seen.chosen(chosen.length)}
            </p>
            <Button onClick={() => setMarked([])}>{seen.letGo}</Button>
            <Button
              look="main"
              disabled={chosen.length < 2}
              isBusy={merging.isPending}
              onClick={() => merging.mutate(chosen)}
            >
              {seen.merge}
            </Button>
          </div>
          {merging.error && <Failed error={merging.error} />}
        </div>
      )}
    </Page>
  )
}
