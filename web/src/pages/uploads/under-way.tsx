import { type QueryKey, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useRef } from 'react'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { Button, IconButton } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Failed } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { fileSize, share } from '../../strings/format.ts'
import { uploads } from '../../strings/uploads.ts'
import { sendAgain, stopSending, useSending } from '../../uploads/sending.ts'
import { isOpen, jobsQuery, recordingsQuery, uploadsQuery } from '../../uploads/upload-queries.ts'
import { JobPreview } from './job-preview.tsx'

/** What is sent, looked at, waits or is analysed: each with how far it is, and a way to stop it. */
export function UnderWay() {
  const manner = useManner()
  const sending = useSending()
  const { data: sent = [] } = useQuery(uploadsQuery)
  const { data: last = [], error, refetch } = useQuery(jobsQuery)
  const jobs = last.filter(isOpen)
  const own = new Set(sent.map(({ job }) => job))
  const failed = last.filter(({ id, state }) => state === 'failed' && own.has(id))
  useRefreshed(jobsQuery.queryKey, [...own].join())
  useRefreshed(recordingsQuery.queryKey, last.flatMap(({ id, state }) => (state === 'done' ? [id] : [])).join())
  const cancel = useCancel()
  // Those that this page sends are told of as they go, and by the server, too.
  const unsent = sent.filter(({ state }) => state === 'receiving')
  const ownNames = new Set(sending.map(({ name }) => name))
  const others = [
    ...unsent.filter(({ name }) => !ownNames.has(name)),
    ...sent.filter(({ state, name }) => state === 'checking' || (state === 'refused' && !ownNames.has(name)))
  ]
  if (error) return <Failed error={error} onRetry={() => void refetch()} />
  if (sending.length + others.length + jobs.length + failed.length === 0) return null
  return (
    <Card title={uploads.sending}>
      <ul className="grid gap-4">
        {sending.map(({ id, name, sentBytes, totalBytes, complaint }) => (
          <Item
            key={`sending ${id}`}
            name={name}
            done={totalBytes > 0 ? sentBytes / totalBytes : 0}
            note={complaint ?? uploads.sent(fileSize(sentBytes, manner), fileSize(totalBytes, manner))}
            isBad={complaint !== undefined}
            stop={{ label: uploads.cancel(name), run: () => void stopSending(id) }}
          >
            {complaint !== undefined && (
              <Button isSmall onClick={() => sendAgain(id)}>
                {uploads.again}
              </Button>
            )}
          </Item>
        ))}
        {others.map(({ id, name, state, error: refusal, bytes, totalBytes }) => (
          <Item
            key={id}
            name={name}
            done={state === 'receiving' && totalBytes ? bytes / totalBytes : undefined}
            note={refusal?.message ?? (state === 'receiving' ? uploads.receiving : uploads.checking)}
            isBad={refusal !== null}
            stop={{ label: uploads.remove(name), run: () => cancel.mutate({ upload: id, name }) }}
          />
        ))}
        {jobs.map(({ id, title, state, progress, progressText }) => (
          <Item
            key={id}
            name={title}
            done={state === 'running' ? progress : 0}
            note={
              state === 'running'
                ? [uploads.analysing, share(progress, manner), progressText].filter(Boolean).join(' · ')
                : uploads.waiting
            }
            stop={{ label: uploads.cancel(title), run: () => cancel.mutate({ job: id, name: title }) }}
            below={state === 'running' && <JobPreview id={id} title={title} />}
          />
        ))}
        {failed.map(({ id, title, error: why }) => (
          <Item
            key={id}
            name={title}
            done={undefined}
            note={why?.message ?? uploads.failed}
            isBad
            stop={{
              label: uploads.remove(title),
              run: () => cancel.mutate({ upload: sent.find(({ job }) => job === id)?.id ?? '', name: title })
            }}
          />
        ))}
      </ul>
      {sending.length > 0 && <p className="pt-3 text-small text-soft">{uploads.leaves}</p>}
    </Card>
  )
}

/** What is listed under `queryKey` is asked for again once `reason` is another. */
function useRefreshed(queryKey: QueryKey, reason: string): void {
  const queries = useQueryClient()
  const before = useRef(reason)
  useEffect(() => {
    if (before.current !== reason) void queries.invalidateQueries({ queryKey })
    before.current = reason
  }, [queries, queryKey, reason])
}

type Cancelled = { readonly name: string } & ({ readonly job: string } | { readonly upload: string })

function useCancel() {
  const queries = useQueryClient()
  return useMutation({
    async mutationFn(what: Cancelled) {
      if ('job' in what) await answer(api.POST('/api/v1/jobs/{id}/cancel', { params: { path: { id: what.job } } }))
      else await answer(api.DELETE('/api/v1/uploads/{id}', { params: { path: { id: what.upload } } }))
    },
    onSuccess: (_, { name }) => toast({ text: uploads.cancelled(name), tone: 'info' }),
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence }),
    async onSettled() {
      await queries.invalidateQueries({ queryKey: uploadsQuery.queryKey })
      await queries.invalidateQueries({ queryKey: jobsQuery.queryKey })
    }
  })
}

interface ItemProps {
  readonly name: string
  /** 0 … 1; undefined where nobody knows. */
  readonly done: number | undefined
  readonly note: string
  readonly isBad?: boolean
  readonly stop: { readonly label: string; run(): void }
  readonly children?: ReactNode
  readonly below?: ReactNode
}

function Item({ name, done, note, isBad = false, stop, children, below }: ItemProps) {
  return (
    <li className="grid grid-cols-[1fr_auto] items-center gap-x-3 gap-y-1">
      <p className="line-clamp-2 font-medium">{name}</p>
      <div className="flex items-center gap-2">
        {children}
        <IconButton icon="close" name={stop.label} onClick={stop.run} />
      </div>
      <div className="col-span-2 grid gap-1">
        {!isBad && (
          <progress
            aria-label={uploads.progress(name)}
            {...(done !== undefined && { value: Math.round(done * 1000) / 1000 })}
            max={1}
            className="h-2 w-full accent-accent"
          />
        )}
        <p className={isBad ? 'text-small text-bad' : 'text-small text-soft'}>{note}</p>
        {below}
      </div>
    </li>
  )
}
