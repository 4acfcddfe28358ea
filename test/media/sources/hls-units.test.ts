import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { EgressGuard } from '../../../src/media/egress/guard.ts'
import { LiveDecoder } from '../../../src/media/live-decoder.ts'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import { HttpSource } from '../../../src/media/sources/http/http-source.ts'
import type { AccessUnit, SourceConnection } from '../../../src/media/sources/source.ts'
import { hlsSegments, segmentFrames, segmentSeconds } from '../../support/hls-segments.ts'
import { type Serving, serving } from '../../support/serving.ts'

const never = new AbortController().signal
const coded = (code: string) => (error: Error & { code?: string }) => error.code === code
const segments = await hlsSegments(8)

type Page = string | Buffer | ((response: ServerResponse) => unknown)

/** Serves these pages; what is not there is 404. Pages may change while it serves. */
async function serve(pages: Record<string, Page>): Promise<Serving & { readonly list: string }> {
  const server = await serving((request, response) => {
    const page = pages[request.url!.slice(1)]
    if (page === undefined) response.writeHead(404).end()
    else if (typeof page === 'function') page(response)
    else response.end(page)
  })
  return { ...server, list: new URL('/list.m3u8', server.url).href }
}

function playlist(
  names: readonly string[],
  { first = 0, tags = [] as readonly string[], isComplete = true } = {}
): string {
  const head = ['#EXTM3U', '#EXT-X-TARGETDURATION:1', `#EXT-X-MEDIA-SEQUENCE:${first}`, ...tags]
  const items = names.flatMap(name => [`#EXTINF:${segmentSeconds},`, name])
  return [...head, ...items, ...(isComplete ? ['#EXT-X-ENDLIST'] : [])].join('\n')
}

function connect(url: string, deny: readonly string[] = []): Promise<SourceConnection> {
  const guard = new EgressGuard({ deny })
  const dialler = new DirectDialler({ resolve: host => guard.resolve(host) })
  return new HttpSource(url, { dialler }).connect(never)
}

async function take(connection: SourceConnection, most = Number.POSITIVE_INFINITY): Promise<AccessUnit[]> {
  const units: AccessUnit[] = []
  for await (const unit of connection.units()) if (units.push(unit) >= most) break
  return units
}

/** Place of each picture in what all segments hold. */
function places(units: readonly AccessUnit[]): number[] {
  return units.map(({ sourceMs }) => Math.round(sourceMs / 20))
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

describe('HLS', { concurrency: 8 }, () => {
  test('S1 a complete playlist gives every picture in real time, can be decoded, and ends', async () => {
    await using server = await serve({
      'list.m3u8': playlist(['0.ts', '1.ts']),
      '0.ts': segments[0]!,
      '1.ts': segments[1]!
    })
    await using connection = await connect(server.list)
    strictEqual(connection.description, 'HLS, H.264')
    const units = await take(connection)
    deepStrictEqual(places(units), range(0, 2 * segmentFrames))
    const tookMs = units.at(-1)!.arrivedMs - units[0]!.arrivedMs
    ok(tookMs > 340, `${units.length} pictures of 20 ms took ${tookMs} ms`)
    await using decoder = new LiveDecoder(connection.format)
    for (const unit of units) for (const { frame } of await decoder.decode(unit)) frame[Symbol.dispose]()
    for (const { frame } of await decoder.flush()) frame[Symbol.dispose]()
    const { pictures, broken, skipped } = decoder.counters
    deepStrictEqual([pictures, broken, skipped], [units.length, 0, 0])
  })

  test('S2 of a list of qualities one is played, and its addresses are its own', async () => {
    const best = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=160x120\n/high/list.m3u8'
    await using server = await serve({
      ...{ 'list.m3u8': best, 'high/list.m3u8': playlist(['0.ts']), 'high/0.ts': segments[0]! }
    })
    await using connection = await connect(server.list)
    strictEqual((await take(connection)).length, segmentFrames)
  })

  test('S3 a live playlist is joined near its end and goes on with what comes, each segment once', async () => {
    const pages: Record<string, Page> = Object.fromEntries(segments.map((bytes, index) => [`${index}.ts`, bytes]))
    let end = 4
    pages['list.m3u8'] = response => {
      const names = range(end - 4, end).map(index => `${index}.ts`)
      response.end(playlist(names, { first: end - 4, isComplete: end === 8 }))
      if (end < 8) end += 2
    }
    await using server = await serve(pages)
    await using connection = await connect(server.list)
    deepStrictEqual(places(await take(connection)), range(2 * segmentFrames, 8 * segmentFrames))
  })

  test('S4 who is too slow goes to the end instead of ever further behind', async () => {
    const all = segments.map((_, index) => `${index}.ts`)
    const pages: Record<string, Page> = Object.fromEntries(segments.map((bytes, index) => [`${index}.ts`, bytes]))
    let asked = 0
    pages['list.m3u8'] = response =>
      response.end(
        asked++ === 0 ? playlist(all.slice(0, 1), { isComplete: false }) : playlist(all, { isComplete: false })
      )
    await using server = await serve(pages)
    await using connection = await connect(server.list)
    const units = await take(connection, 3 * segmentFrames)
    deepStrictEqual(places(units), [...range(0, segmentFrames), ...range(6 * segmentFrames, 8 * segmentFrames)])
  })

  test('S5 a server that begins to count anew is followed', async () => {
    let asked = 0
    const pages: Record<string, Page> = { 'a.ts': segments[0]!, 'b.ts': segments[1]! }
    pages['list.m3u8'] = response =>
      response.end(
        asked++ === 0
          ? playlist(['a.ts'], { first: 900, isComplete: false })
          : playlist(['b.ts'], { first: 0, isComplete: true })
      )
    await using server = await serve(pages)
    await using connection = await connect(server.list)
    deepStrictEqual(places(await take(connection)), range(0, 2 * segmentFrames))
  })

  test('S6 a playlist or segment that fails now and then costs nothing, and an older playlist gives nothing again', async () => {
    const names = segments.map((_, index) => `${index}.ts`)
    const answers: Page[] = [
      playlist(names.slice(0, 2), { isComplete: false }),
      response => response.writeHead(503).end(),
      playlist(names.slice(0, 3), { isComplete: false }),
      playlist(names.slice(0, 2), { isComplete: false }),
      playlist(names.slice(0, 4))
    ]
    const pages: Record<string, Page> = Object.fromEntries(segments.map((bytes, index) => [`${index}.ts`, bytes]))
    pages['list.m3u8'] = response => {
      const answer = answers.shift()!
      if (typeof answer === 'function') answer(response)
      else response.end(answer)
    }
    pages['2.ts'] = response => response.destroy()
    await using server = await serve(pages)
    await using connection = await connect(server.list)
    deepStrictEqual(places(await take(connection)), [
      ...range(0, 2 * segmentFrames),
      ...range(3 * segmentFrames, 4 * segmentFrames)
    ])
  })

  for (const [what, page] of [
    ['is gone already', undefined],
    ['nobody can open', 'hello, this is text'],
    ['has no pictures in it', segments[0]!.subarray(0, 2 * 188)]
  ] as const) {
    test(`S6 a segment that ${what} is passed over`, async () => {
      await using server = await serve({
        ...{ 'list.m3u8': playlist(['bad.ts', '1.ts']), '1.ts': segments[1]! },
        ...(page && { 'bad.ts': page })
      })
      await using connection = await connect(server.list)
      deepStrictEqual(places(await take(connection)), range(segmentFrames, 2 * segmentFrames))
    })
  }

  test('S6 where one segment after another fails it is the source that fails', async () => {
    const bad = Array.from({ length: 6 }, (_, number) => `bad${number}.ts`)
    await using server = await serve({ 'list.m3u8': playlist(['0.ts', ...bad]), '0.ts': segments[0]! })
    await using connection = await connect(server.list)
    await rejects(take(connection), coded('SL_INPUT_NOT_FOUND'))
  })

  test('S7 what is encrypted by AES-128 is decrypted, with the number of the segment where no start is said', async () => {
    const key = Buffer.alloc(16, 7)
    const start = Buffer.alloc(16)
    start.writeUInt8(5, 15)
    const cipher = createCipheriv('aes-128-cbc', key, start)
    const secret = Buffer.concat([cipher.update(segments[0]!), cipher.final()])
    const tags = ['#EXT-X-KEY:METHOD=AES-128,URI="the-key"']
    await using server = await serve({
      ...{ 'list.m3u8': playlist(['0.ts'], { first: 5, tags }), '0.ts': secret, 'the-key': key }
    })
    await using connection = await connect(server.list)
    strictEqual((await take(connection)).length, segmentFrames)
  })

  for (const [what, key] of [
    ['another key', Buffer.alloc(16, 1)],
    ['a key that is none', Buffer.from('<html>')]
  ] as const) {
    test(`S8 ${what} opens nothing, and says so`, async () => {
      const cipher = createCipheriv('aes-128-cbc', Buffer.alloc(16, 7), Buffer.alloc(16))
      const secret = Buffer.concat([cipher.update(segments[0]!), cipher.final()])
      const tags = ['#EXT-X-KEY:METHOD=AES-128,URI="the-key"']
      await using server = await serve({ 'list.m3u8': playlist(['0.ts'], { tags }), '0.ts': secret, 'the-key': key })
      await rejects(connect(server.list), coded('SL_INPUT_DAMAGED'))
    })
  }

  for (const honours of [true, false]) {
    test(`S9 parts of one file are taken out of it by a server that ${honours ? 'knows' : 'ignores'} ranges`, async () => {
      const all = Buffer.concat(segments.slice(0, 2))
      const length = segments[0]!.length
      const list = `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n#EXT-X-BYTERANGE:${all.length - length}@${length}\nall.ts\n#EXT-X-ENDLIST`
      await using server = await serving((request, response) => {
        if (request.url === '/list.m3u8') response.end(list)
        else if (!honours) response.end(all)
        else {
          const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range!)!
          response.writeHead(206).end(all.subarray(Number(from), Number(to) + 1))
        }
      })
      await using connection = await connect(new URL('/list.m3u8', server.url).href)
      deepStrictEqual(places(await take(connection)), range(segmentFrames, 2 * segmentFrames))
    })
  }

  test('S10 the time that the playlist says is that of the pictures', async () => {
    const tags = ['#EXT-X-PROGRAM-DATE-TIME:2026-11-21T06:00:00.000Z']
    await using server = await serve({
      ...{ 'list.m3u8': playlist(['0.ts', '1.ts'], { tags }), '0.ts': segments[0]!, '1.ts': segments[1]! }
    })
    await using connection = await connect(server.list)
    const start = Date.UTC(2026, 10, 21, 6)
    deepStrictEqual(
      (await take(connection)).map(({ wallMs }) => Math.round(wallMs!)),
      range(0, 2 * segmentFrames).map(frame => start + frame * 20)
    )
  })

  test('S11 closing ends it at once, also while it waits for a segment', async () => {
    const { promise: isWaiting, resolve } = Promise.withResolvers<void>()
    await using server = await serve({
      ...{ 'list.m3u8': playlist(['0.ts', 'never.ts']), '0.ts': segments[0]!, 'never.ts': () => resolve() }
    })
    const connection = await connect(server.list)
    const units = connection.units()
    for (let frame = 0; frame < segmentFrames; frame++) await units.next()
    await isWaiting
    const next = units.next()
    await connection[Symbol.asyncDispose]()
    strictEqual((await next).done, true)
  })

  const denied = ['127.0.0.2/32', '10.0.0.0/8']
  /** Ways in which a playlist may name what must not be dialled; the server itself, 127.0.0.1, may be. */
  const hostile: Record<string, (place: string) => Record<string, Page>> = {
    'a segment': place => ({ 'list.m3u8': playlist([`${place}/0.ts`]) }),
    'a segment that redirects': place => ({
      ...{ 'list.m3u8': playlist(['0.ts']), '0.ts': r => r.writeHead(302, { location: `${place}/0.ts` }).end() }
    }),
    'a key': place => ({
      'list.m3u8': playlist(['0.ts'], { tags: [`#EXT-X-KEY:METHOD=AES-128,URI="${place}/key"`] }),
      '0.ts': segments[0]!
    }),
    'an initialization': place => ({
      'list.m3u8': playlist(['0.ts'], { tags: [`#EXT-X-MAP:URI="${place}/start"`] }),
      '0.ts': segments[0]!
    }),
    'a quality': place => ({ 'list.m3u8': `#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${place}/list.m3u8` }),
    'a playlist that redirects': place => ({
      'list.m3u8': r => r.writeHead(302, { location: `${place}/list.m3u8` }).end()
    })
  }
  for (const [what, pages] of Object.entries(hostile)) {
    for (const place of [
      'http://127.0.0.2',
      'http://[::ffff:127.0.0.2]',
      'http://2130706434',
      'http://0x7f.2',
      'http://10.1'
    ]) {
      test(`S12 ${what} at ${place}, which is denied, is not dialled`, async () => {
        await using server = await serve(pages(place))
        await rejects(connect(server.list, denied), coded('SL_INPUT_REFUSED'))
      })
    }
    test(`S13 ${what} that is a file is not opened`, async () => {
      await using server = await serve(pages('file:///etc'))
      await rejects(connect(server.list), coded('SL_INPUT_REFUSED'))
    })
  }

  test('S14 a playlist of more than a megabyte is not read', async () => {
    await using server = await serve({ 'list.m3u8': `#EXTM3U\n${'#x\n'.repeat(400_000)}` })
    await rejects(connect(server.list), coded('SL_INPUT_TOO_LARGE'))
  })

  test('S15 a segment that is no video is refused', async () => {
    await using server = await serve({ 'list.m3u8': playlist(['0.ts']), '0.ts': 'hello, this is text' })
    await rejects(connect(server.list), coded('SL_INPUT_NOT_VIDEO'))
  })

  test('S16 a playlist of playlists of playlists is not followed', async () => {
    const list = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlist.m3u8'
    await using server = await serve({ 'list.m3u8': list })
    await rejects(connect(server.list), coded('SL_INPUT_DAMAGED'))
  })

  test('S17 nothing in a complete playlist is no source', async () => {
    await using server = await serve({ 'list.m3u8': playlist([]) })
    await rejects(connect(server.list), coded('SL_INPUT_NO_FRAMES'))
  })

  test('S18 a playlist that is there no longer, time and again, is a source that fails', async () => {
    const pages: Record<string, Page> = { '0.ts': segments[0]! }
    let asked = 0
    pages['list.m3u8'] = response => {
      if (asked++ === 0) response.end(playlist(['0.ts'], { isComplete: false }))
      else response.writeHead(404).end()
    }
    await using server = await serve(pages)
    await using connection = await connect(server.list)
    const tooLong = pause(15_000, undefined, { ref: false })
    await rejects(Promise.race([take(connection), tooLong]), coded('SL_INPUT_NOT_FOUND'))
    strictEqual(asked, 6)
  })
})
