import { Link } from '@tanstack/react-router'
import type { System } from '../../../../src/contract/api/system.ts'
import { Badge } from '../../design/badge.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { ago, fileSize, number } from '../../strings/format.ts'
import { system } from '../../strings/system.ts'

type Worker = System['workers'][number]

/** Processes that streams are watched in, and those that ended without being told to. */
export function WorkerList({ system: { workers, workerDeaths } }: { readonly system: System }) {
  const manner = useManner()
  const columns: readonly Column<Worker>[] = [
    {
      name: 'name',
      label: system.worker,
      cell: ({ name, isAlone }) => (
        <span className="inline-flex flex-wrap items-center gap-2 font-medium">
          {name}
          {isAlone && (
            <span title={system.aloneWhy}>
              <Badge tone="warn">{system.alone}</Badge>
            </span>
          )}
        </span>
      )
    },
    { name: 'pid', label: system.pid, isNumber: true, isExtra: true, cell: ({ pid }) => pid ?? '–' },
    {
      name: 'streams',
      label: system.streams,
      cell: ({ streams }) => <StreamNames streams={streams} />
    },
    {
      name: 'memory',
      label: system.memory,
      isNumber: true,
      cell: ({ memoryBytes }) => (
        <span className="whitespace-nowrap">{memoryBytes === null ? '–' : fileSize(memoryBytes, manner)}</span>
      )
    },
    {
      name: 'waiting',
      label: system.waiting,
      isNumber: true,
      isExtra: true,
      cell: ({ queuedRecords }) => (queuedRecords === null ? '–' : number(queuedRecords, manner))
    }
  ]
  const { count, last } = workerDeaths
  return (
    <section aria-labelledby="workers" className="grid gap-2">
      <h2 id="workers" className="text-lead font-semibold">
        {system.workers}
      </h2>
      {workers.length === 0 ? (
        <p className="text-soft">{system.noWorkers}</p>
      ) : (
        <Table caption={system.workersCaption} columns={columns} rows={workers} keyOf={({ name }) => name} />
      )}
      {count === 0 ? (
        <p className="text-small text-soft">{system.neverDied}</p>
      ) : (
        <details className="text-small">
          <summary className="w-fit rounded-small text-warn">{system.died(number(count, manner))}</summary>
          <ul className="grid gap-1 pt-1 text-soft">
            {last.map(({ atMs, name, how, streams }) => (
              <li key={`${name} ${atMs}`}>
                {`${ago(atMs, Date.now(), manner)}: ${system.death(name, how, number(streams, manner))}`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

const mostNamed = 3

/** The first by name; how many there are, and all of them for who asks. */
function StreamNames({ streams }: { readonly streams: readonly string[] }) {
  const manner = useManner()
  const links = (names: readonly string[]) => (
    <span className="flex flex-wrap gap-x-2">
      {names.map(stream => (
        <Link
          key={stream}
          to="/streams/$stream"
          params={{ stream }}
          className="rounded-small text-accent underline-offset-2 hover:underline"
        >
          {stream}
        </Link>
      ))}
    </span>
  )
  if (streams.length <= mostNamed) return links(streams)
  return (
    <details>
      <summary className="w-fit rounded-small">{number(streams.length, manner)}</summary>
      {links(streams)}
    </details>
  )
}
