import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Model } from '../../../../src/contract/api/model.ts'
import { answer, api } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Select } from '../../design/field.tsx'
import { FilePlace } from '../../design/file-place.tsx'
import { Icon } from '../../design/icon.tsx'
import { Failed, Skeleton } from '../../design/states.tsx'
import { useStreams } from '../../streams/stream-list.ts'
import { models } from '../../strings/models.ts'
import { type PreparedPicture, preparedPicture } from './prepared-picture.ts'
import { TrialResult } from './trial-result.tsx'

/** Less sure ones are left out by who looks, without asking again. */
const askedScore = 0.1

/** A picture in, boxes out. */
export function PictureTry({ model: { name, task, isPresent } }: { readonly model: Model }) {
  const [picture, setPicture] = useState<PreparedPicture>()
  const look = useMutation({
    async mutationFn(file: () => Promise<Blob>) {
      const prepared = await file().then(opened)
      setPicture(prepared)
      const body = { picture: prepared.base64, minScore: askedScore }
      return answer(api.POST('/api/v1/models/{name}/try', { params: { path: { name } }, body }))
    }
  })
  if (task === 'embed' || !isPresent)
    return (
      <Card title={models.tryTitle}>
        <p className="text-soft">{task === 'embed' ? models.cannotTry : models.askAdmin}</p>
      </Card>
    )
  return (
    <Card title={models.tryTitle}>
      <div className="grid gap-4">
        <PicturePlace isBusy={look.isPending} onPicture={file => look.mutate(file)} />
        {look.isPending && (
          <div role="status" className="grid gap-2">
            <span className="text-soft">{models.looking}</span>
            {picture ? (
              <img
                src={picture.address}
                alt={models.picture}
                className="max-h-[70dvh] w-full object-contain opacity-60"
              />
            ) : (
              <Skeleton className="aspect-video" />
            )}
          </div>
        )}
        {look.isError && <Failed error={look.error} />}
        {look.isSuccess && picture && <TrialResult key={look.submittedAt} picture={picture} trial={look.data} />}
      </div>
    </Card>
  )
}

async function opened(file: Blob): Promise<PreparedPicture> {
  return preparedPicture(file).catch(cause => {
    throw new ApiProblem(0, models.notPicture, { cause })
  })
}

/** What a stream shows at this moment, without boxes. */
async function snapshot(stream: string): Promise<Blob> {
  const reply = await fetch(`/api/v1/streams/${encodeURIComponent(stream)}/snapshot.jpg`)
  if (!reply.ok) throw new ApiProblem(reply.status, models.noSnapshot)
  return reply.blob()
}

interface PicturePlaceProps {
  readonly isBusy: boolean
  readonly onPicture: (file: () => Promise<Blob>) => void
}

/** Takes a picture that is dropped or chosen, or what a stream shows. */
function PicturePlace({ isBusy, onPicture }: PicturePlaceProps) {
  const id = useId()
  const streams = useStreams().data ?? []
  return (
    <FilePlace
      labelledBy={id}
      choose={models.choose}
      accept="image/*"
      onFiles={([file]) => {
        if (file && !isBusy) onPicture(async () => file)
      }}
      className="grid items-end gap-4 p-4 md:grid-cols-[minmax(0,1fr)_16rem]"
    >
      {open => (
        <>
          <div className="grid justify-items-start gap-2">
            <p id={id} className="flex gap-2 text-soft">
              <Icon name="upload" />
              {models.tryHint}
            </p>
            <Button look="main" isBusy={isBusy} onClick={open}>
              {models.choose}
            </Button>
          </div>
          {streams.length > 0 && (
            <Select
              label={models.fromStream}
              value=""
              disabled={isBusy}
              onChoice={stream => {
                if (stream !== '') onPicture(() => snapshot(stream))
              }}
              choices={[
                { value: '', label: models.noStream },
                ...streams.map(({ name, title }) => ({ value: name, label: title }))
              ]}
            />
          )}
        </>
      )}
    </FilePlace>
  )
}
