import { useEffect, useState } from 'react'
import type { TracksMessage } from '../../../src/contract/live.ts'
import { liveConnection } from './live-connection.ts'
import { useStreamState } from './use-live.ts'
import { zoneOccupancy } from './zone-occupancy.ts'

/** Faster than that nobody reads. */
const showEveryMs = 500
const nobody: Readonly<Record<string, number>> = {}

/** How many are in each zone of a stream now, by its name. */
export function useOccupancy(stream: string): Readonly<Record<string, number>> {
  const zones = useStreamState(stream)?.zones
  const [occupancy, setOccupancy] = useState(nobody)
  useEffect(() => {
    let newest: TracksMessage | undefined
    const unwatch = liveConnection().watch(stream, { tracks: message => (newest = message) })
    const show = () => setOccupancy(zoneOccupancy(zones ?? {}, newest?.tracks ?? []))
    show()
    const timer = setInterval(show, showEveryMs)
    return () => {
      unwatch()
      clearInterval(timer)
    }
  }, [stream, zones])
  return occupancy
}
