import type { ReactNode } from 'react'
import { useOccupancy } from '../../streams/use-occupancy.ts'

/** How many are where, now. */
export function ZoneOccupancyList({ stream, empty }: { readonly stream: string; readonly empty: ReactNode }) {
  const zones = Object.entries(useOccupancy(stream))
  if (zones.length === 0) return empty
  return (
    <dl className="grid grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-3">
      {zones.map(([name, count]) => (
        <div key={name} className="flex flex-col-reverse rounded-medium bg-raised px-4 py-3">
          <dt className="truncate text-small text-soft">{name}</dt>
          <dd className="text-figure font-semibold">{count}</dd>
        </div>
      ))}
    </dl>
  )
}
