import type { ReactNode } from 'react'
import { useStreamState } from '../../streams/use-live.ts'
import { useOccupancy } from '../../streams/use-occupancy.ts'
import { measureTitle } from '../../strings/measure-title.ts'

/** How many are where, now. */
export function ZoneOccupancyList({ stream, empty }: { readonly stream: string; readonly empty: ReactNode }) {
  const zones = Object.entries(useOccupancy(stream))
  const titles = useStreamState(stream)?.titles
  if (zones.length === 0) return empty
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-3">
      {zones.map(([name, count]) => (
        <div key={name} className="flex flex-col-reverse rounded-medium bg-raised px-4 py-3">
          <dt className="truncate text-small text-soft">{measureTitle(titles, 'zone', name)}</dt>
          <dd className="text-figure font-semibold">{count}</dd>
        </div>
      ))}
    </dl>
  )
}
