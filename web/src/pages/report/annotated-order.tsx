import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { answer, api } from '../../api/client.ts'
import { problemText } from '../../api/problem.ts'
import { Button } from '../../design/button.tsx'
import { toast } from '../../design/toast.tsx'
import { report } from '../../strings/uploads.ts'

interface AnnotatedOrderProps {
  readonly recording: string
  readonly title: string
  /** What is measured again, as the settings of an analysis have it. */
  readonly measured: Readonly<Record<string, unknown>>
}

/** Has the recording analysed once more, with a video in which everything is drawn: that has a report of its own. */
export function AnnotatedOrder({ recording, title, measured }: AnnotatedOrderProps) {
  const navigate = useNavigate()
  const order = useMutation({
    mutationFn: () =>
      answer(
        api.POST('/api/v1/jobs', {
          body: { recording, annotate: true, title: report.withDrawings(title), settings: measured }
        })
      ),
    onSuccess: () =>
      toast({
        text: report.annotateOrdered,
        action: { label: report.toUploads, run: () => void navigate({ to: '/uploads' }) }
      }),
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence })
  })
  return (
    <Button isBusy={order.isPending} disabled={order.isSuccess} onClick={() => order.mutate()}>
      {report.annotate}
    </Button>
  )
}
