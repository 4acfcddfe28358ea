import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { answer, api } from '../../api/client.ts'
import { Confirm } from '../../design/confirm.tsx'
import { toast } from '../../design/toast.tsx'
import { streamsQuery } from '../../streams/stream-list.ts'
import { streamPage } from '../../strings/stream-page.ts'

interface StreamRemovalProps {
  readonly stream: string
  readonly title: string
  readonly onClose: () => void
}

/** The server gives no password of an address back: what was set up could not be set up again, so it is asked before. */
export function StreamRemoval({ stream, title, onClose }: StreamRemovalProps) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const removal = useMutation({
    mutationFn: () => answer(api.DELETE('/api/v1/streams/{stream}', { params: { path: { stream } } })),
    async onSuccess() {
      await navigate({ to: '/' })
      toast({ text: streamPage.removed(title) })
      await queries.invalidateQueries({ queryKey: streamsQuery.queryKey })
    }
  })
  return (
    <Confirm
      title={streamPage.removeQuestion(title)}
      action={streamPage.remove}
      isBusy={removal.isPending}
      error={removal.error}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      {streamPage.removeWhat}
    </Confirm>
  )
}
