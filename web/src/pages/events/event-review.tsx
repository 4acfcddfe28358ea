import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { Button } from '../../design/button.tsx'
import { Empty, Failed, Loading, Skeleton } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { events } from '../../strings/events.ts'
import { number } from '../../strings/format.ts'
import { shell } from '../../strings/shell.ts'
import { EventDetail } from './event-detail.tsx'
import { EventList } from './event-list.tsx'
import type { EventListState, EventListStore } from './event-list-state.ts'
import { type Marks, marksOf, putMarks } from './event-marks.ts'

interface EventReviewProps {
  readonly store: EventListStore
  readonly state: EventListState
  /** A visitor has no marks. */
  readonly mayMark: boolean
  /** Somebody is at an event, or further down: nothing may move. */
  readonly onReading: (isReading: boolean) => void
  /** `yard/3/17` is to be shown alone. */
  readonly onTrack: (track: string) => void
}

/** Going through events: one after the other, or many at a time. */
export function EventReview({ store, state, mayMark, onReading, onTrack }: EventReviewProps) {
  const manner = useManner()
  const { items, seen, waiting, phase, error } = state
  const [activeId, setActive] = useState<string>()
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set())
  const [isChoosing, setChoosing] = useState(false)
  const marking = useMarking(store)
  const active = items.find(({ event }) => event.id === activeId)
  const mark = (ids: readonly string[], isSeen: boolean, isTold = true) => {
    if (mayMark && ids.length > 0) marking.mutate({ ...marksOf(store, ids, isSeen), isTold })
  }
  if (phase === 'loading' && items.length === 0)
    return (
      <Loading>
        <Skeleton className="h-[60dvh]" />
      </Loading>
    )
  if (phase === 'failed' && items.length === 0) return <Failed error={error} onRetry={() => void store.more()} />
  if (items.length === 0 && waiting === 0)
    return (
      <Empty icon="events" title={events.none}>
        {events.noneWhy}
      </Empty>
    )
  return (
    <div className="grid gap-3">
      <div className="flex min-h-10 flex-wrap items-center gap-2">
        <p className="mr-auto text-small text-soft">{events.shown(number(items.length, manner), phase === 'all')}</p>
        {waiting > 0 && (
          <Button isSmall look="main" onClick={() => store.show()}>
            {events.newer(waiting)}
          </Button>
        )}
        {mayMark && chosen.size > 0 && (
          <>
            <span className="text-small">{events.chosen(chosen.size)}</span>
            <Button isSmall isBusy={marking.isPending} onClick={() => mark([...chosen], true)}>
              {events.markSeen}
            </Button>
            <Button isSmall isBusy={marking.isPending} onClick={() => mark([...chosen], false)}>
              {events.markUnseen}
            </Button>
          </>
        )}
        {mayMark && isChoosing && (
          <Button isSmall look="quiet" onClick={() => choose(new Set(items.map(({ event }) => event.id)))}>
            {events.chooseAll}
          </Button>
        )}
        {mayMark && (
          <Button
            isSmall
            look="quiet"
            aria-pressed={isChoosing}
            onClick={() => {
              setChoosing(!isChoosing)
              choose(new Set())
            }}
          >
            {isChoosing ? events.stopChoosing : events.choose}
          </Button>
        )}
      </div>
      <div className="grid gap-4 lg:grid-cols-[1fr_22rem]">
        <EventList
          items={items}
          seen={seen}
          chosen={chosen}
          isChoosing={isChoosing}
          activeId={activeId}
          mayMark={mayMark}
          onActive={id => {
            setActive(id)
            onReading(true)
          }}
          onChoose={choose}
          onMark={(id, isSeen) => mark([id], isSeen, false)}
          onScrolled={isScrolled => onReading(isScrolled || active !== undefined)}
          onMore={() => {
            if (phase === 'more') void store.more()
          }}
        />
        <EventDetail stored={active} isSeen={active !== undefined && seen.has(active.event.id)} onTrack={onTrack} />
      </div>
      {phase === 'failed' && <Failed error={error} onRetry={() => void store.more()} />}
      {mayMark && <p className="hidden text-small text-soft lg:block">{events.keys}</p>}
    </div>
  )
}

interface Marking extends Marks {
  readonly isTold: boolean
}

/** Marks at once, and takes back what the server does not take. */
function useMarking(store: EventListStore) {
  const marking = useMutation({
    mutationFn: (marks: Marking) =>
      putMarks(store, marks, ids =>
        answer(api.PUT('/api/v1/events/seen', { body: { ids: [...ids], seen: marks.isSeen } }))
      ),
    onMutate: ({ changed, isSeen }) => store.mark(changed, isSeen),
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence }),
    onSuccess(_, { changed, isSeen, isTold }) {
      if (!isTold || changed.length === 0) return
      const undo = () => marking.mutate({ ...marksOf(store, changed, !isSeen), isTold: false })
      toast({
        text: isSeen ? events.markedSeen(changed.length) : events.markedUnseen(changed.length),
        action: { label: shell.undo, run: undo }
      })
    }
  })
  return marking
}
