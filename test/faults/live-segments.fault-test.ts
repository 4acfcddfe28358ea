import { ok } from 'node:assert/strict'
import { test } from 'node:test'
import { HlsSegments } from '../../src/media/sources/http/hls-segment.ts'
import type { HttpClient } from '../../src/media/sources/http/http-client.ts'
import { hlsSegments } from '../support/hls-segments.ts'
import { atMost, isLong } from './support/form.ts'

const count = atMost(2000, 24_000)
/** Allocators keep what they once had, in pieces: what a process takes grows for some 12,000 segments, and then no more. */
const mostGrownMb = isLong ? 25 : 80

test(`LG1 ${count} segments of a playlist leave nothing behind`, { timeout: isLong ? 1_200_000 : 600_000 }, async t => {
  const [bytes] = await hlsSegments(1)
  const client = { title: 'soak' } as HttpClient
  using segments = new HlsSegments(client, { signal: new AbortController().signal, count: () => undefined })
  const segment = { wallMs: undefined } as Parameters<HlsSegments['units']>[1]
  const play = async (times: number) => {
    let pictures = 0
    for (let round = 0; round < times; round++) for await (const _ of segments.units(bytes!, segment)) pictures++
    return pictures
  }
  await play(count / 2)
  const before = process.memoryUsage()
  ok((await play(count / 2)) > 0)
  const after = process.memoryUsage()
  const grown = (['rss', 'heapUsed', 'external'] as const).map(kind => (after[kind] - before[kind]) / 1e6)
  t.diagnostic(`grown in the second half: rss, heap, external ${grown.map(mb => mb.toFixed(1)).join(', ')} MB`)
  // An IO context left behind by each would be 32 KB, or 256 KB where nobody says how large.
  ok(grown[0]! < mostGrownMb, `${grown[0]} MB`)
  ok(grown[2]! < 5, `${grown[2]} MB`)
})
