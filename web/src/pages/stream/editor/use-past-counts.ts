import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { answer, api, type Schema } from '../../../api/client.ts'
import type { Shape } from '../../../drawing/shape.ts'
import { editor } from '../../../strings/stream-editor.ts'

/** Whoever goes on drawing is not asked for in between. */
const restMs = 800
const backMs = 3_600_000

/** What lines and zones would have counted in the last hour as they are drawn now, by their ids: asked of the stored tracks. */
export function usePastCounts(stream: string, shapes: readonly Shape[]): Readonly<Record<string, string>> {
  const measured = shapes.filter(({ kind }) => kind === 'line' || kind === 'zone')
  const rested = useRested(JSON.stringify(measured.map(({ id, kind, points, facts }) => ({ id, kind, points, facts }))))
  const asked = JSON.parse(rested) as readonly Pick<Shape, 'id' | 'kind' | 'points' | 'facts'>[]
  const { data } = useQuery(pastQuery(stream, asked, rested))
  if (!data) return {}
  return Object.fromEntries(
    asked.map(({ id, kind }, index) => {
      const of = (direction?: 'in' | 'out') =>
        data
          .filter(count => count.measure === `${kind}.${nameOf(index)}` && count.direction === direction)
          .reduce((sum, { kind: what, events }) => (what === told[kind as keyof typeof told] ? sum + events : sum), 0)
      return [id, kind === 'line' ? editor.crossed(of('in'), of('out')) : editor.cameIn(of())]
    })
  )
}

const told = { line: 'line-crossed', zone: 'zone-entered' } as const
/** Names of the question alone: what is being drawn may have one that is no good yet. */
const nameOf = (index: number) => `d${index}`

const pastQuery = (stream: string, shapes: readonly Pick<Shape, 'kind' | 'points' | 'facts'>[], key: string) =>
  queryOptions({
    queryKey: ['measures', 'past', stream, key],
    async queryFn({ signal }) {
      const drawn = (kind: Shape['kind']) =>
        Object.fromEntries(
          shapes.flatMap((shape, index) =>
            shape.kind === kind ? [[nameOf(index), { points: shape.points, ...shape.facts }]] : []
          )
        )
      const toMs = Date.now()
      const question = { stream, fromMs: toMs - backMs, toMs, lines: drawn('line'), zones: drawn('zone'), limit: 0 }
      const body = question as unknown as Schema<'PastQuestion'>
      return (await answer(api.POST('/api/v1/measures/query', { body, signal }))).counts
    },
    enabled: shapes.length > 0,
    placeholderData: keepPreviousData,
    retry: false
  })

/** What it has been for a moment. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}
