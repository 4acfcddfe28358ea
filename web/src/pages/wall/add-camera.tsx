import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { answer, api, type Schema } from '../../api/client.ts'
import { useWho } from '../../api/session.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Field, Select } from '../../design/field.tsx'
import { Failed, Note, Skeleton } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import { sitesQuery, streamsQuery } from '../../streams/stream-list.ts'
import { underFreeName } from '../../streams/stream-name.ts'
import { shell } from '../../strings/shell.ts'
import { addCamera, wall } from '../../strings/wall.ts'

/** What people look for, by the names that models have for it. */
const classes = {
  everything: undefined,
  people: ['person'],
  vehicles: ['car', 'truck', 'bus', 'motorcycle', 'bicycle'],
  animals: ['dog', 'cat', 'bird', 'horse', 'sheep', 'cow']
} as const
type Sought = keyof typeof classes
const sought = Object.keys(classes) as Sought[]

/** Its address; a try, with a picture or why there is none; what to look for; done. */
export function AddCamera({ onClose }: { readonly onClose: () => void }) {
  const [source, setSource] = useState('')
  const trial = useMutation({
    mutationFn: (wish: string) => answer(api.POST('/api/v1/sources/test', { body: { source: wish } }))
  })
  const found = trial.data
  const isTried = found?.outcome === 'works' && trial.variables === source
  const tryIt = (event: FormEvent) => {
    event.preventDefault()
    trial.mutate(source)
  }
  return (
    <Dialog isOpen onClose={onClose} title={wall.addCamera}>
      <form onSubmit={tryIt} className="grid gap-4">
        <Field
          label={addCamera.address}
          hint={addCamera.addressHint}
          error={found?.outcome === 'fails' ? whatToDo(found) : undefined}
          value={source}
          onChange={({ target }) => setSource(target.value.trim())}
          required
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          inputMode="url"
          maxLength={2000}
        />
        {trial.isError && <Failed error={trial.error} />}
        {!isTried && (
          <Button type="submit" look="main" isBusy={trial.isPending}>
            {trial.isPending ? addCamera.testing : addCamera.test}
          </Button>
        )}
      </form>
      {trial.isPending && <Skeleton className="aspect-video" />}
      {isTried && <Wishes source={source} trial={found} onClose={onClose} />}
    </Dialog>
  )
}

/** What to do about it, and what exactly was wrong. */
function whatToDo({ code, reason }: Schema<'SourceTrialFailure'>): string {
  const advice = addCamera.advice[code]
  return advice === undefined ? reason : `${advice} (${reason})`
}

interface WishesProps {
  readonly source: string
  readonly trial: Schema<'SourceTrial'>
  readonly onClose: () => void
}

/** What it gave, and what to do with it. */
function Wishes({ source, trial, onClose }: WishesProps) {
  const queries = useQueryClient()
  const who = useWho()
  const [title, setTitle] = useState('')
  const [site, setSite] = useState('')
  const [seek, setSeek] = useState<Sought>('everything')
  const [model, setModel] = useState<'usual' | 'motion'>('usual')
  const sites = useQuery({ ...sitesQuery, enabled: who?.role === 'admin' }).data ?? []
  const added = useMutation({
    async mutationFn() {
      const others = await queries.fetchQuery({ ...streamsQuery, staleTime: 0 })
      const lookFor = model === 'motion' ? undefined : classes[seek]
      const names = others.map(({ name }) => name)
      return underFreeName(title, names, false, name => {
        const body = {
          name,
          title,
          source,
          ...(site !== '' && { site }),
          ...(model === 'motion' && { model }),
          ...(lookFor && { classes: [...lookFor] })
        }
        return answer(api.POST('/api/v1/streams', { body }))
      })
    },
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: streamsQuery.queryKey })
      toast({ text: addCamera.added(title) })
      onClose()
    }
  })
  const { width, height, fps, description, notice, picture } = trial
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        added.mutate()
      }}
      className="grid gap-4"
    >
      <figure className="grid gap-2">
        <img
          src={picture}
          alt={addCamera.picture}
          width={width}
          height={height}
          className="max-h-64 w-full rounded-medium bg-stage object-contain"
        />
        <figcaption className="text-small text-soft">
          {addCamera.works(`${description}, ${addCamera.facts(width, height, fps)}`)}
        </figcaption>
      </figure>
      {notice !== null && <Note tone="warn">{notice}</Note>}
      <Field
        label={addCamera.title}
        hint={addCamera.titleHint}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
        required
        autoFocus
        maxLength={200}
        autoComplete="off"
      />
      <Select
        label={addCamera.model}
        value={model}
        onChoice={setModel}
        choices={[
          { value: 'usual', label: addCamera.usualModel },
          { value: 'motion', label: addCamera.motion }
        ]}
      />
      {model === 'usual' && (
        <Select
          label={addCamera.lookFor}
          value={seek}
          onChoice={setSeek}
          choices={sought.map(value => ({ value, label: addCamera[value] }))}
        />
      )}
      {sites.length > 0 && (
        <Select
          label={addCamera.site}
          value={site}
          onChoice={setSite}
          choices={[
            { value: '', label: addCamera.noSite },
            ...sites.map(each => ({ value: each.id, label: each.title }))
          ]}
        />
      )}
      {added.isError && <Failed error={added.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{shell.cancel}</Button>
        <Button type="submit" look="main" isBusy={added.isPending}>
          {addCamera.add}
        </Button>
      </div>
    </form>
  )
}
