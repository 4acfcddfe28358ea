import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Model } from '../../../../src/contract/api/model.ts'
import { answer, api, tagged } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { Badge } from '../../design/badge.tsx'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { toast } from '../../design/toast.tsx'
import { streamsQuery, useStreams } from '../../streams/stream-list.ts'
import { useStreamStates } from '../../streams/use-live.ts'
import { models } from '../../strings/models.ts'
import { shell } from '../../strings/shell.ts'

interface Choice {
  readonly stream: string
  readonly title: string
  /** Null: as usual again. */
  readonly model: string | null
}

/** Live streams, each with what looks at it; and the way to have this model do so. */
export function ModelStreams({ model: { name, task, isPresent } }: { readonly model: Model }) {
  const { data: streams = [] } = useStreams()
  const states = useStreamStates()
  const choose = useChosenModel()
  if (task === 'embed' || task === 'classify')
    return (
      <Card title={models.streamsTitle}>
        <p className="text-soft">{models.notForStreams}</p>
      </Card>
    )
  return (
    <Card title={models.streamsTitle}>
      <p className="pb-3 text-small text-soft">{streams.length === 0 ? models.noStreams : models.streamsHint}</p>
      <ul className="grid gap-3">
        {streams.map(({ name: stream, title, state }) => {
          const detector = (states.get(stream) ?? state)?.detector
          const isUsed = detector?.startsWith(`${name} on `) === true
          return (
            <li key={stream} className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3">
              <span className="line-clamp-2 font-medium">{title}</span>
              {isUsed ? (
                <Badge tone="good">{models.usesIt}</Badge>
              ) : (
                <Button
                  isSmall
                  aria-label={models.useFor(title)}
                  disabled={!isPresent}
                  isBusy={choose.isPending && choose.variables.stream === stream}
                  onClick={() => choose.mutate({ stream, title, model: name })}
                >
                  {models.use}
                </Button>
              )}
              <span className="col-span-2 text-small text-soft">{detector ?? '–'}</span>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

/** Changes what looks at a stream, unless somebody else has changed the stream meanwhile; what undoes it is offered. */
function useChosenModel() {
  const queries = useQueryClient()
  const chosen = useMutation({
    async mutationFn({ stream, model }: Choice) {
      const path = { stream }
      const { data, tag } = await tagged(api.GET('/api/v1/streams/{stream}', { params: { path } }))
      const header = tag === undefined ? {} : { 'if-match': tag }
      await answer(api.PATCH('/api/v1/streams/{stream}', { params: { path, header }, body: { model } }))
      return data.settings?.model ?? null
    },
    onSuccess(before, { stream, title, model }) {
      if (model === null) toast({ text: models.changedBack(title) })
      else
        toast({
          text: models.changed(title, model),
          action: { label: shell.undo, run: () => chosen.mutate({ stream, title, model: before }) }
        })
    },
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence }),
    onSettled: () => queries.invalidateQueries({ queryKey: streamsQuery.queryKey })
  })
  return chosen
}
