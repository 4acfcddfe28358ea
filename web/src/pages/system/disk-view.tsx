import { useQuery } from '@tanstack/react-query'
import type { DiskUse } from '../../../../src/contract/api/system-looks.ts'
import { Badge } from '../../design/badge.tsx'
import { Bar } from '../../design/bar.tsx'
import { Card } from '../../design/card.tsx'
import { Failed, Loading } from '../../design/states.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { ago, fileSize, type Manner, number, share } from '../../strings/format.ts'
import { system } from '../../strings/system.ts'
import { diskQuery } from './system-queries.ts'

type Kind = DiskUse['kinds'][number]

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** How full the disks are, what takes the room, and for how long it is kept. */
export function DiskView() {
  const { data, error, refetch } = useQuery(diskQuery)
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  return (
    <div className="grid gap-4">
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Disks use={data} />
        <Places use={data} />
      </div>
      <KeptKinds use={data} />
    </div>
  )
}

function Disks({ use: { disks, limits } }: { readonly use: DiskUse }) {
  const manner = useManner()
  return (
    <Card title={system.disks}>
      <ul className="grid gap-4">
        {disks.map(({ places, totalBytes, freeBytes, isPruned }) => {
          const used = totalBytes > 0 ? 1 - freeBytes / totalBytes : 0
          const name = system.diskName(places.map(place => system.placeNames[place] ?? place).join(', '))
          const tone = used >= limits.stopClips ? 'bad' : used >= limits.prune ? 'warn' : 'accent'
          return (
            <li key={name} className="grid gap-1">
              <div className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span className="font-medium">{name}</span>
                <span className="text-small text-soft">
                  {system.diskFree(fileSize(freeBytes, manner), fileSize(totalBytes, manner))}
                </span>
              </div>
              <Bar role="meter" name={name} value={used} tone={tone} />
              {isPruned && (
                <span>
                  <Badge tone="warn">{system.pruned}</Badge>
                </span>
              )}
            </li>
          )
        })}
      </ul>
      <p className="pt-3 text-small text-soft">
        {system.limits(share(limits.prune, manner), share(limits.stopClips, manner), share(limits.stopUploads, manner))}
      </p>
    </Card>
  )
}

function Places({ use: { places } }: { readonly use: DiskUse }) {
  const manner = useManner()
  return (
    <Card title={system.placesTake}>
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1.5">
        {places.map(({ place, bytes, atMostBytes }) => (
          <div key={place} className="contents">
            <dt className="text-soft first-letter:uppercase">{system.placeNames[place] ?? place}</dt>
            <dd>
              {bytes === null
                ? system.notCounted
                : system.takes(
                    fileSize(bytes, manner),
                    atMostBytes === null ? undefined : fileSize(atMostBytes, manner)
                  )}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

function KeptKinds({ use: { kinds } }: { readonly use: DiskUse }) {
  const manner = useManner()
  const columns: readonly Column<Kind>[] = [
    {
      name: 'kind',
      label: system.kind,
      cell: ({ kind }) => <span className="font-medium">{system.kindNames[kind] ?? kind}</span>
    },
    {
      name: 'keep',
      label: system.keep,
      cell: ({ keepMs, exceptions }) => (
        <>
          <span className="whitespace-nowrap">{keptFor(keepMs, manner)}</span>
          {exceptions > 0 && <span className="block text-small text-soft">{system.exceptions(exceptions)}</span>}
        </>
      )
    },
    { name: 'amount', label: system.amount, isNumber: true, cell: kind => amountOf(kind, manner) },
    {
      name: 'oldest',
      label: system.oldest,
      isNumber: true,
      isExtra: true,
      cell: ({ oldestMs }) => (oldestMs === null ? '–' : ago(oldestMs, Date.now(), manner))
    },
    {
      name: 'streams',
      label: system.ofStreams,
      isNumber: true,
      isExtra: true,
      cell: ({ streams }) => (streams === 0 ? '–' : number(streams, manner))
    }
  ]
  return (
    <section aria-labelledby="kept" className="grid gap-2">
      <h2 id="kept" className="text-lead font-semibold">
        {system.kept}
      </h2>
      <Table caption={system.keptCaption} columns={columns} rows={kinds} keyOf={({ kind }) => kind} />
    </section>
  )
}

function keptFor(keepMs: number | null, manner: Manner): string {
  if (keepMs === null) return system.forEver
  if (keepMs < dayMs) return system.hours(number(keepMs / hourMs, manner, 1))
  return system.days(number(keepMs / dayMs, manner, 1))
}

function amountOf({ bytes, atMostBytes, oldestMs }: Kind, manner: Manner): string {
  if (oldestMs === null) return system.nothingKept
  if (bytes === null) return system.notCounted
  return system.takes(fileSize(bytes, manner), atMostBytes === null ? undefined : fileSize(atMostBytes, manner))
}
