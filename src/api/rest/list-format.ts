import type { FastifyRequest } from 'fastify'
import type { Format } from '../../contract/api/list.ts'

export const mediaTypes: Readonly<Record<Format, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  ndjson: 'application/x-ndjson'
}

/** What is said in the address, else what `Accept` likes best, else JSON. */
export function formatOf({ query, headers }: Pick<FastifyRequest, 'query' | 'headers'>): Format {
  const { format } = query as { readonly format?: Format }
  if (format !== undefined) return format
  let [best, bestQuality]: [Format, number] = ['json', 0]
  for (const part of (headers.accept ?? '').slice(0, 1024).split(',')) {
    const [type = '', ...parameters] = part.split(';').map(text => text.trim().toLowerCase())
    const quality = Number(parameters.find(each => each.startsWith('q='))?.slice(2) ?? 1)
    const match = (Object.keys(mediaTypes) as Format[]).find(each => mediaTypes[each] === type || type === '*/*')
    if (match && quality > bestQuality) [best, bestQuality] = [match, quality]
  }
  return best
}
