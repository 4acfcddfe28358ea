import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Schema } from '../../api/client.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Button } from '../../design/button.tsx'
import { Page } from '../../design/card.tsx'
import { Failed, Loading, Skeleton } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime } from '../../strings/format.ts'
import { shared } from '../../strings/share.ts'
import { ReportView } from '../report/report-view.tsx'
import type { OpenedLink } from './opened-link.ts'
import { linkedReport, sharedReportQuery } from './shared-source.ts'

/** A report for who has a link to it, and need be nobody here: it leads nowhere else. */
export function SharedPage({ link }: { readonly link: OpenedLink | undefined }) {
  return <main className="min-h-dvh bg-ground text-text">{link ? <Opened link={link} /> : <Gone />}</main>
}

function Opened({ link }: { readonly link: OpenedLink }) {
  const { data, error, refetch } = useQuery(sharedReportQuery(link))
  if (data) return <Report link={link.id} found={data} />
  if (error instanceof ApiProblem && [400, 401, 404].includes(error.status)) return <Gone />
  return (
    <Page title={shared.opening}>
      {error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading>
          <Skeleton className="aspect-video" />
          <Skeleton className="h-48" />
        </Loading>
      )}
    </Page>
  )
}

function Gone() {
  return (
    <Page title={shared.gone}>
      <p className="max-w-prose text-soft">{shared.goneWhy}</p>
    </Page>
  )
}

interface ReportProps {
  readonly link: string
  readonly found: Schema<'SharedReport'>
}

function Report({ link, found }: ReportProps) {
  const manner = useManner()
  const { title, stream, epoch, startedMs, durationMs, asset, files, summary, regions, expiresMs } = found
  const source = useMemo(
    () => linkedReport(link, { stream, epoch, startedMs, asset }),
    [link, stream, epoch, startedMs, asset]
  )
  const actions = (
    <Button className="print:hidden" onClick={() => print()}>
      {shared.print}
    </Button>
  )
  return (
    <Page title={title} actions={actions}>
      <ReportView {...{ source, startedMs, durationMs, summary, files, regions }} />
      <p className="text-small text-soft print:hidden">{shared.until(dateAndTime(expiresMs, manner))}</p>
    </Page>
  )
}
