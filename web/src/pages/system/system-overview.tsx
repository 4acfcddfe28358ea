import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { System } from '../../../../src/contract/api/system.ts'
import { Badge } from '../../design/badge.tsx'
import { Failed, Loading, Note } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { ago, fileSize, lasting, number } from '../../strings/format.ts'
import { system } from '../../strings/system.ts'
import { SinkList } from './sink-list.tsx'
import { systemQuery } from './system-queries.ts'
import { WorkerList } from './worker-list.tsx'

/** Whether it does its work, what keeps it from that, and what works on it. */
export function SystemOverview() {
  const { data, error, refetch } = useQuery(systemQuery)
  const manner = useManner()
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="grid gap-4">
      <Figures system={data} />
      {data.problems.map(({ part, code, message, sinceMs }) => (
        <Note key={`${part} ${code} ${message}`} tone="bad">
          {message} <span className="text-note">{`${system.since(ago(sinceMs, Date.now(), manner))} · ${code}`}</span>
        </Note>
      ))}
      <WorkerList system={data} />
      <SinkList system={data} />
    </div>
  )
}

function Figures({ system: now }: { readonly system: System }) {
  const manner = useManner()
  const { problems, version, node, platform, startedMs, jobs } = now
  const memoryBytes = now.workers.reduce((sum, worker) => sum + (worker.memoryBytes ?? 0), now.memoryBytes)
  const { figures } = system
  const isWell = problems.length === 0
  const facts: readonly (readonly [name: string, value: ReactNode, note?: ReactNode])[] = [
    [
      figures.state,
      <Badge key="state" tone={isWell ? 'good' : 'bad'}>
        {isWell ? figures.well : figures.problems(problems.length)}
      </Badge>
    ],
    [figures.running, lasting(Math.max(0, Date.now() - startedMs))],
    [figures.memory, fileSize(memoryBytes, manner)],
    [
      figures.jobs,
      figures.jobsSaid(number(jobs.running, manner), number(jobs.queued, manner)),
      <Link key="jobs" to="/uploads" className="rounded-small text-accent underline-offset-2 hover:underline">
        {system.jobsToUploads}
      </Link>
    ],
    [figures.version, version, system.runtime(node, platform)]
  ]
  return (
    <dl className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-5">
      {facts.map(([name, value, note]) => (
        <div key={name} className="grid content-start gap-0.5 rounded-large border border-edge bg-surface px-4 py-3">
          <dt className="text-small text-soft">{name}</dt>
          <dd className="text-lead font-semibold">{value}</dd>
          {note !== undefined && <dd className="text-small text-soft">{note}</dd>}
        </div>
      ))}
    </dl>
  )
}
