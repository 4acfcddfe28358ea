import { useMemo, useState } from 'react'
import type { Event } from '../../../src/contract/event.ts'
import type { StateMessage } from '../../../src/contract/live.ts'
import { measureTitle } from '../strings/measure-title.ts'
import { streams } from '../strings/streams.ts'
import { useLiveEvents, useStreamState } from './use-live.ts'

/** By the line's name. */
export type LineCounts = Readonly<Record<string, { readonly in: number; readonly out: number }>>

const none = { in: 0, out: 0 }

/**
 * How often each line of a stream was crossed since it is shown; as notes, too: `door: 3 in · 1 out`. `stored`: what is known of the stream
 * before it says how it is.
 */
export function useLineCounts(stream: string, stored?: Pick<StateMessage, 'lines' | 'titles'> | null) {
  const known = useStreamState(stream) ?? stored
  const lines = known?.lines
  const titles = known?.titles
  const [crossed, setCrossed] = useState<LineCounts>({})
  useLiveEvents(({ event }) => {
    if (event.stream === stream && event.kind === 'line-crossed') setCrossed(before => counted(before, event))
  })
  return useMemo(() => {
    const counts: LineCounts = Object.fromEntries(Object.keys(lines ?? {}).map(name => [name, crossed[name] ?? none]))
    const notes = Object.fromEntries(
      Object.entries(counts).map(([name, count]) => [
        name,
        streams.lineCount(measureTitle(titles, 'line', name), count.in, count.out)
      ])
    )
    return { counts, notes }
  }, [crossed, lines, titles])
}

/** One crossing more. */
export function counted(before: LineCounts, crossing: Extract<Event, { kind: 'line-crossed' }>): LineCounts {
  const { lineId, direction } = crossing
  const count = before[lineId] ?? none
  return { ...before, [lineId]: { ...count, [direction]: count[direction] + 1 } }
}
