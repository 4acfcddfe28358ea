import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { SiteIdentity } from '../../../../src/contract/api/site-identity.ts'
import { Badge } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { Checkbox } from '../../design/field.tsx'
import { Failed } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime } from '../../strings/format.ts'
import { seen } from '../../strings/seen.ts'
import { splitSeen, tracksOfSeen } from './seen-queries.ts'

/** Pictures that are shown of somebody. */
const mostPictures = 3

interface SeenPersonProps {
  readonly person: SiteIdentity
  readonly titleOf: (stream: string) => string
  readonly isChosen: boolean
  /** Left out for those who may change nothing. */
  readonly onChoose: ((isChosen: boolean) => void) | undefined
  readonly onSplit: () => void
}

/** Somebody by their last pictures; opened, when and where each was taken. */
export function SeenPerson({ person, titleOf, isChosen, onChoose, onSplit }: SeenPersonProps) {
  const { id, label, firstMs, streams, tracks: count } = person
  const manner = useManner()
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(tracksOfSeen(id))
  const [others, setOthers] = useState<readonly string[]>([])
  const tracks = (data?.pages.flatMap(({ items }) => items) ?? []).map(track => ({
    ...track,
    key: `${track.stream}/${track.epoch}/${track.trackId}`
  }))
  const splitting = useMutation({
    mutationFn: () =>
      splitSeen(
        id,
        tracks.filter(({ key }) => others.includes(key))
      ),
    onSuccess: () => {
      setOthers([])
      toast({ text: seen.wereSplit, tone: 'good' })
    },
    onSettled: onSplit
  })
  const pictured = tracks.filter(({ snapshot }) => snapshot !== null).slice(0, mostPictures)
  const who = seen.who(label, dateAndTime(firstMs, manner))
  return (
    <article className="grid gap-2 rounded-large border border-edge bg-surface p-3">
      <div className="grid h-28 grid-flow-col place-items-center gap-2 overflow-hidden rounded-small bg-stage">
        {pictured.map(({ key }) => (
          <img key={key} src={pictureOf(key)} alt="" loading="lazy" className="h-28 max-w-full object-contain" />
        ))}
      </div>
      {onChoose ? (
        <Checkbox
          label={who}
          className="font-medium"
          checked={isChosen}
          onChange={({ target }) => onChoose(target.checked)}
        />
      ) : (
        <p className="font-medium">{who}</p>
      )}
      <p className="text-small text-soft">{seen.where(streams.map(titleOf))}</p>
      {error ? <Failed error={error} /> : null}
      <details className="text-small">
        <summary className="cursor-pointer rounded-small py-1 text-soft">{seen.tracks(count)}</summary>
        <ul aria-label={seen.look} className="grid gap-1 pt-1">
          {tracks.map(({ key, stream, startedMs, by, snapshot }) => {
            const text = seen.at(titleOf(stream), dateAndTime(startedMs, manner))
            return (
              <li key={key} className="flex flex-wrap items-center gap-2">
                <span className="grid h-12 w-9 place-items-center overflow-hidden rounded-small bg-stage">
                  {snapshot !== null && (
                    <img src={pictureOf(key)} alt="" loading="lazy" className="max-h-12 object-contain" />
                  )}
                </span>
                {onChoose && count > 1 ? (
                  <Checkbox
                    label={text}
                    checked={others.includes(key)}
                    onChange={({ target }) =>
                      setOthers(before => (target.checked ? [...before, key] : before.filter(each => each !== key)))
                    }
                  />
                ) : (
                  text
                )}
                {by === 'hand' && <Badge>{seen.byHand}</Badge>}
              </li>
            )
          })}
        </ul>
        <div className="flex flex-wrap gap-2 pt-2">
          {hasNextPage && (
            <Button isSmall isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {seen.more}
            </Button>
          )}
          {others.length > 0 && others.length < count && (
            <Button isSmall isBusy={splitting.isPending} onClick={() => splitting.mutate()}>
              {seen.split}
            </Button>
          )}
        </div>
        {splitting.error && <Failed error={splitting.error} />}
      </details>
    </article>
  )
}

/** Of a track, `yard/3/17`. */
function pictureOf(key: string): string {
  return `/api/v1/tracks/${key}/snapshot.jpg`
}
