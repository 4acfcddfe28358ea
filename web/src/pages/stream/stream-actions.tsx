import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { Button, buttonLook, IconButton } from '../../design/button.tsx'
import { Icon } from '../../design/icon.tsx'
import { Menu } from '../../design/menu.tsx'
import { toast } from '../../design/toast.tsx'
import { StreamBadge } from '../../streams/stream-badge.tsx'
import { editor } from '../../strings/stream-editor.ts'
import { streamPage } from '../../strings/stream-page.ts'
import { streamQuery } from './stream-queries.ts'

const StreamRemoval = lazy(async () => ({ default: (await import('./stream-removal.tsx')).StreamRemoval }))
const StreamSettings = lazy(async () => ({ default: (await import('./stream-settings.tsx')).StreamSettings }))

interface StreamActionsProps {
  readonly stream: string
  readonly title: string
  readonly state: Parameters<typeof StreamBadge>[0]['state']
  /** Whether anything can be done about it here. */
  readonly mayChange: boolean
  /** Whether it was added in here: what the settings file says is removed there. */
  readonly mayRemove: boolean
}

/** How it is, and what can be done about that. */
export function StreamActions({ stream, title, state, mayChange, mayRemove }: StreamActionsProps) {
  const queries = useQueryClient()
  const [isSetting, setSetting] = useState(false)
  const [isRemoving, setRemoving] = useState(false)
  const isResting = state === 'paused'
  const change = useMutation({
    async mutationFn(isToGoOn: boolean) {
      const params = { path: { stream } }
      if (isToGoOn) await answer(api.POST('/api/v1/streams/{stream}/resume', { params }))
      else await answer(api.POST('/api/v1/streams/{stream}/pause', { params }))
      return isToGoOn
    },
    onSuccess(isToGoOn) {
      void queries.invalidateQueries({ queryKey: streamQuery(stream).queryKey })
      const undo = { label: streamPage.resume, run: () => change.mutate(true) }
      toast({ text: (isToGoOn ? streamPage.resumed : streamPage.paused)(title), ...(!isToGoOn && { action: undo }) })
    },
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence })
  })
  const isTroubled = state === 'waiting' || state === 'failed'
  // Where there is little room, signs say it.
  return (
    <>
      <StreamBadge state={state} />
      {mayChange && (
        <>
          <Link to="/streams/$stream" params={{ stream }} search={{ edit: true }} className={buttonLook()}>
            <Icon name="pencil" size={18} />
            {editor.open}
          </Link>
          <Button icon="settings" onClick={() => setSetting(true)}>
            <span className="max-sm:sr-only">{streamPage.settings}</span>
          </Button>
          {isSetting && (
            <Suspense>
              <StreamSettings stream={stream} onClose={() => setSetting(false)} />
            </Suspense>
          )}
          {isTroubled && (
            <Button isBusy={change.isPending} onClick={() => change.mutate(true)}>
              {streamPage.retry}
            </Button>
          )}
          <Button
            icon={isResting ? 'play' : 'pause'}
            isBusy={change.isPending}
            onClick={() => change.mutate(isResting)}
          >
            <span className="max-sm:sr-only">{isResting ? streamPage.resume : streamPage.pause}</span>
          </Button>
          {mayRemove && (
            <Menu
              trigger={<IconButton icon="more" name={streamPage.more(title)} />}
              items={[{ label: streamPage.remove, onSelect: () => setRemoving(true) }]}
            />
          )}
          {isRemoving && (
            <Suspense>
              <StreamRemoval stream={stream} title={title} onClose={() => setRemoving(false)} />
            </Suspense>
          )}
        </>
      )}
    </>
  )
}
