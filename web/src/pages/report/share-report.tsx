import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { Button } from '../../design/button.tsx'
import { CopiedText } from '../../design/copied-text.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Field, Select } from '../../design/field.tsx'
import { Failed, Loading, Note } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime } from '../../strings/format.ts'
import { share } from '../../strings/share.ts'

const dayMs = 86_400_000
const periods = { day: dayMs, week: 7 * dayMs, month: 30 * dayMs, quarter: 90 * dayMs } as const
type Period = keyof typeof periods
const periodChoices = (Object.keys(periods) as Period[]).map(value => ({ value, label: share.periods[value] }))

const linksQuery = (recording: string) =>
  infiniteQueryOptions({
    queryKey: ['share-links', recording],
    queryFn: ({ signal, pageParam: cursor }) =>
      answer(api.GET('/api/v1/share-links', { params: { query: { recording, ...(cursor && { cursor }) } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 0
  })

/** For who may change a recording: links that show its report to whoever has them. */
export function ShareReport({ recording }: { readonly recording: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>{share.share}</Button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={share.title}>
        <p className="text-soft">{share.what}</p>
        <NewLink recording={recording} />
        <Links recording={recording} />
      </Dialog>
    </>
  )
}

function NewLink({ recording }: { readonly recording: string }) {
  const queries = useQueryClient()
  const [title, setTitle] = useState('')
  const [period, setPeriod] = useState<Period>('week')
  const make = useMutation({
    mutationFn: () => {
      const expiresMs = Date.now() + periods[period]
      const wish = title.trim()
      const body = { recording, expiresMs, ...(wish !== '' && { title: wish }) }
      return answer(api.POST('/api/v1/share-links', { body }))
    },
    onSuccess() {
      setTitle('')
      void queries.invalidateQueries({ queryKey: linksQuery(recording).queryKey })
    }
  })
  const send = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <form onSubmit={send} className="grid gap-3">
      <div className="grid items-start gap-3 sm:grid-cols-[1fr_9rem]">
        <Field
          label={share.wish}
          hint={share.wishHint}
          value={title}
          maxLength={200}
          onChange={({ target }) => setTitle(target.value)}
        />
        <Select label={share.ends} value={period} choices={periodChoices} onChoice={setPeriod} />
      </div>
      <Button look="main" type="submit" isBusy={make.isPending} className="justify-self-start">
        {share.make}
      </Button>
      {make.error && <Note tone="bad">{problemText(make.error).sentence}</Note>}
      {make.data && (
        <div role="status" className="grid gap-1.5 rounded-medium bg-good-soft p-3">
          <CopiedText
            key={make.data.id}
            label={share.link}
            text={new URL(make.data.path, location.origin).href}
            isAnswer
          />
          <p className="text-small">{share.linkOnce}</p>
        </div>
      )}
    </form>
  )
}

function Links({ recording }: { readonly recording: string }) {
  const manner = useManner()
  const queries = useQueryClient()
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(linksQuery(recording))
  const revoke = useMutation({
    mutationFn: (id: string) => answer(api.DELETE('/api/v1/share-links/{id}', { params: { path: { id } } })),
    onSuccess: () => toast({ text: share.revoked }),
    onError: problem => toast({ tone: 'bad', text: problemText(problem).sentence }),
    onSettled: () => queries.invalidateQueries({ queryKey: linksQuery(recording).queryKey })
  })
  const links = data?.pages.flatMap(({ items }) => items)
  return (
    <section aria-label={share.links} className="grid gap-2">
      <h3 className="font-semibold">{share.links}</h3>
      {error && !data && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {links?.length === 0 && <p className="text-soft">{share.none}</p>}
      <ul className="grid gap-2">
        {links?.map(({ id, title, userName, expiresMs }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-medium border border-edge p-2 pl-3"
          >
            <div className="min-w-0 grow">
              <p className="line-clamp-2 font-medium wrap-anywhere">{title ?? share.unnamed}</p>
              <p className="text-small text-soft">{share.facts(userName, dateAndTime(expiresMs, manner))}</p>
            </div>
            <Button
              isSmall
              look="danger"
              aria-label={share.revokeThis(title ?? share.unnamed)}
              isBusy={revoke.isPending && revoke.variables === id}
              onClick={() => revoke.mutate(id)}
            >
              {share.revoke}
            </Button>
          </li>
        ))}
      </ul>
      {hasNextPage && <Button onClick={() => void fetchNextPage()}>{share.more}</Button>}
    </section>
  )
}
