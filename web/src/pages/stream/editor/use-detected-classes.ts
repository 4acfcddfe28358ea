import { useEffect, useState } from 'react'
import { liveConnection } from '../../../streams/live-connection.ts'

/** What can be found on a stream: what it is told to look for, or else whatever its detector tells apart. */
export function useDetectedClasses(stream: string, wanted: readonly string[] | undefined): readonly string[] {
  const [labels, setLabels] = useState<readonly string[]>([])
  useEffect(
    () =>
      liveConnection().watch(stream, {
        tracks: message => setLabels(before => (before.join() === message.labels.join() ? before : message.labels))
      }),
    [stream]
  )
  return wanted ?? labels
}
