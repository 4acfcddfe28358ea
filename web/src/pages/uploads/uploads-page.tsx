import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useId, useState } from 'react'
import { useWho } from '../../api/session.ts'
import { Button } from '../../design/button.tsx'
import { Page } from '../../design/card.tsx'
import { FilePlace } from '../../design/file-place.tsx'
import { Icon } from '../../design/icon.tsx'
import { pageNames } from '../../strings/shell.ts'
import { uploads } from '../../strings/uploads.ts'
import { onSent, send } from '../../uploads/sending.ts'
import { uploadsQuery } from '../../uploads/upload-queries.ts'
import { settingsText, usualWishes } from '../../uploads/upload-wishes.ts'
import { RecordingList } from './recording-list.tsx'
import { UnderWay } from './under-way.tsx'
import { UploadSettings } from './upload-settings.tsx'

/** Videos in, reports out. */
export function UploadsPage() {
  const who = useWho()
  const queries = useQueryClient()
  useEffect(() => onSent(() => void queries.invalidateQueries({ queryKey: uploadsQuery.queryKey })), [queries])
  const maySend = who !== undefined && who.name !== undefined && who.role !== 'viewer'
  return (
    <Page title={pageNames.uploads}>
      {maySend && <Sending />}
      {maySend && <UnderWay />}
      <RecordingList />
    </Page>
  )
}

/** Where videos go in, and how they are to be looked at. */
function Sending() {
  const [wishes, setWishes] = useState(usualWishes)
  return (
    <div className="grid gap-3 print:hidden">
      <DropPlace onFiles={files => send(files, settingsText(wishes))} />
      <UploadSettings wishes={wishes} onWish={setWishes} />
    </div>
  )
}

/** Takes videos that are dropped or chosen. */
function DropPlace({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const id = useId()
  return (
    <FilePlace
      labelledBy={id}
      choose={uploads.choose}
      accept="video/*,.mkv,.avi,.flv,.ts,.m2ts"
      multiple
      onFiles={onFiles}
      className="grid justify-items-center gap-2 bg-surface px-6 py-8 text-center"
    >
      {open => (
        <>
          <span className="text-soft">
            <Icon name="upload" size={32} />
          </span>
          <h2 id={id} className="text-lead font-semibold">
            {uploads.drop}
          </h2>
          <p className="max-w-prose text-soft">{uploads.dropHint}</p>
          <Button look="main" icon="film" onClick={open}>
            {uploads.choose}
          </Button>
        </>
      )}
    </FilePlace>
  )
}
