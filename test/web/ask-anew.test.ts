import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { askAnew } from '../../web/src/api/ask-anew.ts'

interface AskedOf {
  readonly queryKey: readonly unknown[]
}

/** A query about a stream, as the page has it. Its types are those of a browser. */
async function queryOf(file: string, name: string): Promise<AskedOf> {
  const module = new URL(`../../web/src/pages/stream/${file}`, import.meta.url).href
  const queries: Record<string, (stream: string) => AskedOf> = await import(module)
  return queries[name]!('door')
}

test('AA1 when the connection is back all is asked for anew, but for what somebody is changing', async () => {
  const client = new QueryClient()
  const asked: string[] = []
  const watch = (queryKey: readonly unknown[], options: object) =>
    new QueryObserver(client, {
      ...options,
      queryKey,
      refetchInterval: false,
      queryFn: () => asked.push(String(queryKey[0]))
    }).subscribe(() => undefined)
  const changed = await queryOf('changed-stream-query.ts', 'changedStreamQuery')
  const shown = await queryOf('stream-queries.ts', 'streamQuery')
  const ends = [watch(changed.queryKey, changed), watch(shown.queryKey, shown)]
  await client.refetchQueries()
  asked.length = 0
  await askAnew(client)
  deepStrictEqual(asked, ['stream'])
  // Whoever wants theirs gets it.
  await client.resetQueries({ queryKey: changed.queryKey })
  deepStrictEqual(asked, ['stream', 'changed-stream'])
  for (const end of ends) end()
  client.clear()
})
