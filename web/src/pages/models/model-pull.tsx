import { useState } from 'react'
import type { Model } from '../../../../src/contract/api/model.ts'
import { useWho } from '../../api/session.ts'
import { Badge } from '../../design/badge.tsx'
import { Bar } from '../../design/bar.tsx'
import { Button } from '../../design/button.tsx'
import { Dialog } from '../../design/dialog.tsx'
import { Note } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { fileSize } from '../../strings/format.ts'
import { models } from '../../strings/models.ts'
import { shell } from '../../strings/shell.ts'
import { warnings } from './model-badges.tsx'
import { usePulls } from './model-queries.ts'

/** Whether a model is here; and for admins how it gets here, how far that is, and what stops it. */
export function ModelPull({ model }: { readonly model: Model }) {
  const who = useWho()
  const manner = useManner()
  const pulls = usePulls()
  const [isAsked, setAsked] = useState(false)
  const { name, pull, isPresent, isDownloadable, licence, notes } = model
  if (isPresent) return <Badge tone="good">{models.here}</Badge>
  const warned = warnings(model)
  const begin = () => {
    setAsked(false)
    pulls.mutate({ name, isWanted: true })
  }
  if (pull?.state === 'running') {
    const { doneBytes, totalBytes } = pull
    const total = totalBytes === null ? undefined : fileSize(totalBytes, manner)
    return (
      <div className="grid min-w-36 grid-cols-[1fr_auto] items-center gap-x-2">
        <Bar
          role="progressbar"
          name={models.downloading(name)}
          value={totalBytes === null ? undefined : doneBytes / Math.max(1, totalBytes)}
        />
        {who?.role === 'admin' && (
          <Button isSmall look="quiet" onClick={() => pulls.mutate({ name, isWanted: false })}>
            {models.cancel}
          </Button>
        )}
        <span className="col-span-2 text-small text-soft">{models.progress(fileSize(doneBytes, manner), total)}</span>
      </div>
    )
  }
  return (
    <div className="grid justify-items-start gap-1">
      {who?.role === 'admin' && isDownloadable ? (
        <Button
          isSmall
          isBusy={pulls.isPending}
          onClick={() => (warned.length > 0 ? setAsked(true) : begin())}
          className="whitespace-nowrap"
        >
          {pull ? models.again : models.download}
        </Button>
      ) : (
        <Badge>{models.absent}</Badge>
      )}
      {pull?.error && <p className="text-small text-bad">{models.failed(pull.error.message)}</p>}
      <Dialog isOpen={isAsked} onClose={() => setAsked(false)} title={models.askTitle(name)}>
        <div className="grid gap-2">
          {warned.map(text => (
            <Note key={text} tone="warn">
              {text}
            </Note>
          ))}
          {notes !== null && <p className="text-soft">{notes}</p>}
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={() => setAsked(false)}>{shell.cancel}</Button>
          <Button look="main" onClick={begin}>
            {models.agree(licence)}
          </Button>
        </div>
      </Dialog>
    </div>
  )
}
