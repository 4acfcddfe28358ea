import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Jobs } from '../../../src/store/jobs.ts'
import { Sites } from '../../../src/store/sites.ts'
import { Streams } from '../../../src/store/streams.ts'
import { TrajectoryStore } from '../../../src/store/trajectories/trajectory-store.ts'
import type { OpenStore } from './open-store.ts'
import { baseMs, keep, walks } from './stored-walks.ts'

const invalid = { code: 'SL_QUERY_INVALID' }

/** Lists of jobs, of streams and of stored frames, page by page. */
export function listsSuite(open: OpenStore): void {
  test('L1 pages of jobs have each once, the newest first, and only those of permitted streams', async t => {
    const jobs = new Jobs(await open(t))
    const ids: string[] = []
    for (const stream of ['yard', 'attic', 'yard', 'yard', 'hall']) {
      const { job } = await jobs.add({ kind: 'analysis', input: '/a.mp4', options: {}, stream, ownStream: false })
      ids.unshift(job.id)
    }
    await jobs.cancel(ids[1]!)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { items, next } = await jobs.page({ permitted: ['yard', 'hall'], limit: 2, cursor })
      seen.push(...items.map(({ id }) => id))
      cursor = next
    } while (cursor !== undefined)
    deepStrictEqual(seen, [ids[0], ids[1], ids[2], ids[4]])
    const cancelled = await jobs.page({ states: ['cancelled'], kind: 'analysis' })
    deepStrictEqual(
      cancelled.items.map(({ id }) => id),
      [ids[1]]
    )
    deepStrictEqual((await jobs.page({ permitted: [] })).items, [])
    await rejects(jobs.page({ cursor: 'AAAA' }), invalid)
  })

  test('L2 streams are found by a part of their name or title, of which nothing is a pattern', async t => {
    const streams = new Streams(await open(t))
    const facts = { site: null, settings: {}, createdMs: 1 }
    await streams.create({ name: 'yard', title: 'Hof 100%', source: 'rtsp://a/1', ...facts })
    await streams.create({ name: 'match', title: 'Yard, the match_1', source: null, ...facts })
    const found = async (search: string) => (await streams.page({ search })).items.map(({ name }) => name)
    deepStrictEqual(await found('YARD'), ['match', 'yard'])
    deepStrictEqual(await found('0%'), ['yard'])
    deepStrictEqual(await found('h_1'), ['match'])
    for (const nothing of ['y%d', 'y_rd', '\\', "'"]) deepStrictEqual(await found(nothing), [], nothing)
    await rejects(streams.page({ search: '' }), invalid)
    await rejects(streams.page({ search: 'a\0' }), invalid)
  })

  test('L3 live sources and streams of recordings can be listed apart', async t => {
    const streams = new Streams(await open(t))
    const facts = { title: 'A', site: null, settings: {}, createdMs: 1 }
    await streams.create({ name: 'yard', source: 'rtsp://a/1', ...facts })
    await streams.create({ name: 'match', source: null, ...facts })
    const names = async (isLive?: boolean) => (await streams.page({ isLive })).items.map(({ name }) => name)
    deepStrictEqual([await names(true), await names(false), await names()], [['yard'], ['match'], ['match', 'yard']])
  })

  test('L4 pages of frames have each once, epoch by epoch, wherever they are cut', async t => {
    const database = await open(t)
    await keep(database, walks({ seed: 2, frames: 30 }), { epoch: 2, baseMs: baseMs + 1000 })
    await keep(database, walks({ seed: 1, frames: 30 }))
    const store = new TrajectoryStore(database)
    t.after(() => store[Symbol.asyncDispose]())
    const question = { stream: 'door', fromMs: baseMs, toMs: baseMs + 60_000 }
    for (const limit of [7, 30, 60]) {
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const { items, next } = await store.framePage({ ...question, limit, cursor })
        seen.push(...items.map(({ epoch, frame }) => `${epoch}/${frame}`))
        cursor = next
      } while (cursor !== undefined)
      const expected = [1, 2].flatMap(epoch => Array.from({ length: 30 }, (_, frame) => `${epoch}/${frame}`))
      deepStrictEqual(seen, expected, `pages of ${limit}`)
    }
    const { items } = await store.framePage({ ...question, epoch: 2 })
    strictEqual(items.length, 30)
    await rejects(store.framePage({ ...question, toMs: 0 }), invalid)
  })

  test('L5 jobs and places are found by their ids, as many as there are of them', async t => {
    const database = await open(t)
    const [jobs, sites] = [new Jobs(database), new Sites(database)]
    const { job } = await jobs.add({ kind: 'analysis', input: '/a.mp4', options: {}, stream: 'yard', ownStream: false })
    deepStrictEqual(await jobs.byIds([job.id, 'nobody']), [job])
    const site = { id: 'home', title: 'Home', timeZone: 'Europe/Berlin', createdMs: 1 }
    await sites.create(site)
    deepStrictEqual(await sites.byIds(['home', 'away']), [site])
    deepStrictEqual([await jobs.byIds([]), await sites.byIds([])], [[], []])
  })
}
