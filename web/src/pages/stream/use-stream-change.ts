import { useMutation, useQueryClient } from '@tanstack/react-query'
import { answer, api, type Schema, tagged } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { toast } from '../../design/toast.tsx'
import { shell } from '../../strings/shell.ts'
import { streamPage } from '../../strings/stream-page.ts'
import { streamQuery } from './stream-queries.ts'

export type StreamChange = Schema<'StreamChange'>

interface WishedChange {
  readonly change: StreamChange
  /** What undoes it. */
  readonly back: StreamChange
  /** As the stream was seen; undefined writes over whatever is there. */
  readonly tag: string | undefined
  /** What is said of it once it is done. */
  readonly done: string
}

/** Changes what a stream is to be; what was before is one press away. */
export function useStreamChange(stream: string, onChanged: () => void) {
  const queries = useQueryClient()
  const again = () => queries.invalidateQueries({ queryKey: streamQuery(stream).queryKey })
  const putBack = async (change: StreamChange, tag: string | undefined) => {
    try {
      await answer(patch(stream, change, tag))
      toast({ text: streamPage.putBack })
      await again()
    } catch (error) {
      toast({ tone: 'bad', text: problemText(error).sentence })
    }
  }
  return useMutation({
    mutationFn: ({ change, tag }: WishedChange) => tagged(patch(stream, change, tag)),
    onSuccess({ tag }, { back, done }) {
      toast({ text: done, action: { label: shell.undo, run: () => void putBack(back, tag) } })
      void again()
      onChanged()
    }
  })
}

function patch(stream: string, body: StreamChange, tag: string | undefined) {
  const header = tag === undefined ? {} : { 'if-match': tag }
  return api.PATCH('/api/v1/streams/{stream}', { params: { path: { stream }, header }, body })
}
