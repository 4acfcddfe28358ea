import { useEffect, useState } from 'react'
import type { TracksMessage } from '../../../src/contract/live.ts'
import { liveConnection } from './live-connection.ts'
import { useStreamState } from './use-live.ts'
import { shownOccupancy } from './zone-occupancy.ts'

/** Faster than that nobody reads. */
const showEveryMs = 500
const nobody: ReturnType<typeof shownOccupancy> = {}

/** How many are in each zone of a stream now, by its name; a dash while it is not up. */
export function useOccupancy(stream: string): ReturnType<typeof shownOccupancy> {
  const { state = 'connecting', zones } = useStreamState(stream) ?? {}
  const [occupancy, setOccupancy] = useState(nobody)
  useEffect(() => {
    // Begins anew with each state: who was there before it went is not who is there once it is back.
    let newest: TracksMessage | undefined
    const unwatch = liveConnection().watch(stream, { tracks: message => (newest = message) })
    const show = () => setOccupancy(shownOccupancy({ state, zones }, newest?.tracks ?? []))
    show()
    const timer = setInterval(show, showEveryMs)
    return () => {
      unwatch()
      clearInterval(timer)
    }
  }, [stream, state, zones])
  return occupancy
}
