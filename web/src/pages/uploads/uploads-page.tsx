import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState } from 'react'
import { useWho } from '../../api/session.ts'
import { Button } from '../../design/button.tsx'
import { Page } from '../../design/card.tsx'
import { Icon } from '../../design/icon.tsx'
import { pageNames } from '../../strings/shell.ts'
import { uploads } from '../../strings/uploads.ts'
import { onSent, send } from '../../uploads/sending.ts'
import { uploadsQuery } from '../../uploads/upload-queries.ts'
import { RecordingList } from './recording-list.tsx'
import { UnderWay } from './under-way.tsx'

/** Videos in, reports out. */
export function UploadsPage() {
  const who = useWho()
  const queries = useQueryClient()
  useEffect(() => onSent(() => void queries.invalidateQueries({ queryKey: uploadsQuery.queryKey })), [queries])
  const maySend = who !== undefined && who.name !== undefined && who.role !== 'viewer'
  return (
    <Page title={pageNames.uploads}>
      {maySend && <DropPlace />}
      {maySend && <UnderWay />}
      <RecordingList />
    </Page>
  )
}

/** Takes files that are dropped or chosen. */
function DropPlace() {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  return (
    <section
      aria-labelledby={id}
      data-over={isOver}
      onDragOver={event => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault()
        setOver(false)
        send([...event.dataTransfer.files])
      }}
      className="grid justify-items-center gap-2 rounded-large border-2 border-dashed border-frame bg-surface px-6 py-8 text-center data-[over=true]:border-accent data-[over=true]:bg-raised print:hidden"
    >
      <span className="text-soft">
        <Icon name="upload" size={32} />
      </span>
      <h2 id={id} className="text-lead font-semibold">
        {uploads.drop}
      </h2>
      <p className="max-w-prose text-soft">{uploads.dropHint}</p>
      <Button look="main" icon="film" onClick={() => input.current?.click()}>
        {uploads.choose}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept="video/*,.mkv,.avi,.flv,.ts,.m2ts"
        aria-label={uploads.choose}
        onChange={({ target }) => {
          send([...(target.files ?? [])])
          target.value = ''
        }}
      />
    </section>
  )
}
