import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Schema } from '../../api/client.ts'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Checkbox, Field } from '../../design/field.tsx'
import { Failed, Loading } from '../../design/states.tsx'
import { shell } from '../../strings/shell.ts'
import { streamSettings as words } from '../../strings/stream-editor.ts'
import { changedStreamQuery } from './changed-stream-query.ts'
import { ClassChoice } from './editor/class-choice.tsx'
import { useDetectedClasses } from './editor/use-detected-classes.ts'
import { settingsChange } from './settings-change.ts'
import { TilesField } from './tiles-field.tsx'
import { useStreamChange } from './use-stream-change.ts'

interface StreamSettingsProps {
  readonly stream: string
  readonly onClose: () => void
}

/** What a stream is called and what it looks for; it holds at once, without anything being started again. */
export function StreamSettings({ stream, onClose }: StreamSettingsProps) {
  const { data, error, refetch } = useQuery(changedStreamQuery(stream))
  return (
    <Dialog isOpen onClose={onClose} title={words.title}>
      {error && <Failed error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data?.data.settings && (
        <SettingsForm stream={stream} settings={data.data.settings} tag={data.tag} onClose={onClose} />
      )}
    </Dialog>
  )
}

interface SettingsFormProps extends StreamSettingsProps {
  readonly settings: NonNullable<Schema<'StreamDetail'>['settings']>
  readonly tag: string | undefined
}

function SettingsForm({ stream, settings, tag, onClose }: SettingsFormProps) {
  const [title, setTitle] = useState(settings.title ?? '')
  const [classes, setClasses] = useState<readonly string[] | undefined>(settings.classes)
  const [sure, setSure] = useState(settings.minScore === undefined ? '' : String(Math.round(settings.minScore * 100)))
  const [maxFps, setMaxFps] = useState(settings.maxFps === undefined ? '' : String(settings.maxFps))
  const [tiles, setTiles] = useState(settings.tiles ?? '')
  const [pictures, setPictures] = useState(settings.trackPictures ?? true)
  const known = useDetectedClasses(stream, undefined)
  const save = useStreamChange(stream, onClose)
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    const { change, back } = settingsChange(settings, { title, classes, sure, maxFps, tiles, pictures })
    if (Object.keys(change).length === 0) onClose()
    else save.mutate({ change, back, tag, done: words.saved })
  }
  return (
    <form onSubmit={onSubmit} className="grid gap-4">
      <Field
        label={words.name}
        value={title}
        onChange={({ target }) => setTitle(target.value)}
        maxLength={200}
        autoComplete="off"
      />
      <ClassChoice label={words.lookFor} known={known} chosen={classes} onChoice={setClasses} />
      <Field
        label={words.sure}
        hint={words.sureHint}
        type="number"
        min={0}
        max={100}
        value={sure}
        onChange={({ target }) => setSure(target.value)}
      />
      <Field
        label={words.maxFps}
        hint={words.maxFpsHint}
        type="number"
        min={0.1}
        max={1000}
        step="any"
        value={maxFps}
        onChange={({ target }) => setMaxFps(target.value)}
      />
      <TilesField value={tiles} onTold={setTiles} />
      <Checkbox
        label={words.pictures}
        checked={pictures}
        onChange={({ target }) => setPictures(target.checked)}
        className="min-h-11"
      />
      {save.isError && <Failed error={save.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{shell.cancel}</Button>
        <Button type="submit" look="main" isBusy={save.isPending}>
          {shell.save}
        </Button>
      </div>
    </form>
  )
}
