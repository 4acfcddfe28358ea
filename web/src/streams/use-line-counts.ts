import { useMemo, useState } from 'react'
import type { Event } from '../../../src/contract/event.ts'
import { streams } from '../strings/streams.ts'
import { useLiveEvents, useStreamState } from './use-live.ts'

type Counts = Readonly<Record<string, { readonly in: number; readonly out: number }>>

/** How often each line of a stream was crossed since it is shown, by name: `door: 3 in · 1 out`. */
export function useLineNotes(stream: string): Readonly<Record<string, string>> {
  const lines = useStreamState(stream)?.lines
  const [counts, setCounts] = useState<Counts>({})
  useLiveEvents(({ event }) => {
    if (event.stream === stream && event.kind === 'line-crossed') setCounts(before => counted(before, event))
  })
  return useMemo(
    () =>
      Object.fromEntries(
        Object.keys(lines ?? {}).map(name => {
          const { in: inwards, out: outwards } = counts[name] ?? { in: 0, out: 0 }
          return [name, streams.lineCount(name, inwards, outwards)]
        })
      ),
    [counts, lines]
  )
}

/** One crossing more. */
export function counted(before: Counts, { lineId, direction }: Extract<Event, { kind: 'line-crossed' }>): Counts {
  const count = before[lineId] ?? { in: 0, out: 0 }
  return { ...before, [lineId]: { ...count, [direction]: count[direction] + 1 } }
}
