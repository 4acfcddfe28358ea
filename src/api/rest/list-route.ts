import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static, type TObject, type TSchema } from 'typebox'
import { closed } from '../../contract/api/fields.ts'
import { formatField, pageFields, pageOf } from '../../contract/api/list.ts'
import type { Page, PageRequest } from '../../store/page-cursor.ts'
import { type Column, csvLine } from './csv.ts'
import { beginHeavy } from './heavy.ts'
import { formatOf, mediaTypes } from './list-format.ts'
import type { RestScope } from './rest-scope.ts'
import { addRoute, asking, type Call, type Route } from './route.ts'

export interface ListRoute<Params extends TObject, Query extends TObject, Item extends TSchema>
  extends Pick<
    Route<Params, Query, TSchema>,
    'path' | 'access' | 'summary' | 'description' | 'tag' | 'params' | 'query' | 'problems'
  > {
  readonly item: Item
  /** Given where the list is data: then it can be had as CSV and NDJSON, too. */
  readonly columns?: readonly Column<Static<Item>>[] | ((sources: Call['sources']) => readonly Column<Static<Item>>[])
  readonly page: (
    call: Omit<Call<Params, Query>, 'query'> & { readonly query: Static<Query> & PageRequest }
  ) => Promise<Page<Static<Item>>>
}

const longestPage = 1000
/** Items of an export, unless fewer are asked for. */
const longestExport = 1_000_000
/** Whoever takes nothing of an export for so long is cut off. */
const idleMs = 60_000

const nextPage = { Link: 'The next page, as `<…>; rel="next"`, unless this is the last.' }

/** Serves a list by pages (`limit`, `cursor`), and as a whole where it is data. */
export function addList<Item extends TSchema, Params extends TObject = TObject, Query extends TObject = TObject>(
  scope: RestScope,
  { item, columns, page, query, ...route }: ListRoute<Params, Query, Item>
): void {
  type Asked = Static<Query> & PageRequest
  const fields = { ...query?.properties, ...pageFields, ...(columns && formatField) }
  const json = pageOf(item)
  const others = columns && { [mediaTypes.csv]: Type.String(), [mediaTypes.ndjson]: Type.String() }
  addRoute<Params, TObject, TSchema>(scope, {
    ...route,
    method: 'GET',
    query: Type.Object(fields, closed),
    answers: {
      200: {
        description: columns ? 'A page; as CSV or NDJSON all of it.' : 'A page.',
        content: { [mediaTypes.json]: json, ...others },
        headers: nextPage
      }
    },
    async handle(call) {
      const { request, reply } = call
      const { format: _, ...asked } = call.query as Asked & { readonly format?: string }
      const format = columns ? formatOf(request) : 'json'
      if (columns) reply.header('vary', 'accept')
      const ask = (more: PageRequest) => page(asking<Params, Asked>(call, { ...(asked as Asked), ...more }))
      if (columns && format !== 'json') {
        beginHeavy(call)
        // What is refused is refused with its status, and not in the middle of an answer.
        const pages = await begun(pagesOf(ask, asked.limit ?? longestExport, asked.cursor, call.signal))
        const shown = typeof columns === 'function' ? columns(call.sources) : columns
        return sendExport(call, written(pages, format, shown), format, route.tag)
      }
      const { items, next = null } = await ask({ limit: Math.min(asked.limit ?? 100, longestPage) })
      if (next !== null) reply.header('link', `<${addressOf(request, next)}>; rel="next"`)
      return { items, next }
    }
  })
}

/** Page after page, each asked for once the one before was taken. */
async function* pagesOf<Item>(
  ask: (more: PageRequest) => Promise<Page<Item>>,
  most: number,
  first: string | undefined,
  signal: AbortSignal
): AsyncGenerator<readonly Item[]> {
  let cursor = first
  for (let left = most; left > 0 && !signal.aborted; ) {
    const { items, next } = await ask({ limit: Math.min(left, longestPage), cursor })
    yield items
    left -= items.length
    if (next === undefined) return
    cursor = next
  }
}

export async function* written<Item>(
  pages: AsyncIterable<readonly Item[]>,
  format: 'csv' | 'ndjson',
  columns: readonly Column<Item>[]
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(columns.map(([name]) => name))
  for await (const items of pages) {
    const lines = items.map(item =>
      format === 'csv' ? csvLine(columns.map(([, value]) => value(item))) : `${JSON.stringify(item)}\n`
    )
    if (lines.length > 0) yield lines.join('')
  }
}

/** The same, with its first element there. */
export async function begun<Item>(source: AsyncGenerator<Item>): Promise<AsyncGenerator<Item>> {
  const first = await source.next()
  return (async function* () {
    try {
      if (first.done) return
      yield first.value
      yield* source
    } finally {
      await source.return(undefined)
    }
  })()
}

/** Sends lines as they come, and asks for no more than the other side takes. */
export function sendExport(
  { request, reply }: Pick<Call, 'request' | 'reply'>,
  lines: AsyncIterable<string>,
  format: 'csv' | 'ndjson',
  name: string
): FastifyReply {
  reply.raw.setTimeout(idleMs, () => reply.raw.destroy())
  reply.type(`${mediaTypes[format]}; charset=utf-8`)
  reply.headers({ 'cache-control': 'no-store', 'content-disposition': `attachment; filename="${name}.${format}"` })
  if (request.method === 'HEAD') return reply.send()
  return reply.send(Readable.from(lines, { objectMode: false, highWaterMark: 1 }))
}

/** Where a request came to, with another cursor. */
function addressOf({ url }: FastifyRequest, cursor: string): string {
  const [path, query] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  parameters.set('cursor', cursor)
  return `${path}?${parameters}`
}
