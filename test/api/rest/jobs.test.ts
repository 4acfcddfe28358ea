import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { AnalysisOrder } from '../../../src/api/resources/analysis-desk.ts'
import type { Sources } from '../../../src/api/resources/sources.ts'
import { SightlineError } from '../../../src/core/errors.ts'
import { Jobs } from '../../../src/store/jobs.ts'
import { fill, video } from './rest-contents.ts'
import { RestHouse } from './rest-house.ts'

/** A house whose orders are kept: every job makes a stream of its own, unless it is told one. */
async function openHouse(t: Parameters<typeof RestHouse.open>[0], changed: Partial<Sources> = {}) {
  const orders: AnalysisOrder[] = []
  const shared: string[] = []
  const desk: Pick<Sources, 'analyses' | 'uploads' | 'share'> = {
    analyses: {
      async order(order) {
        orders.push(order)
        const { title, digest, stream = 'made' } = order
        const request = { kind: 'analysis', input: `asset:${digest}`, options: { title }, stream }
        const { job } = await new Jobs(house.database).add({ ...request, ownStream: order.stream === undefined })
        return job
      }
    },
    uploads: {
      find: async ({ userId }, id) =>
        userId === 'olga' && id === 'u1' ? { digest: 'ab'.repeat(32), name: 'match.mp4', receivedMs: 5 } : undefined
    },
    share: async ({ actor }, stream) => void shared.push(`${actor} ${stream}`)
  }
  const house = await RestHouse.open(t, { ...desk, ...changed })
  const order = (as: 'admin' | 'olga' | 'vera' | 'nemo', body: object, key?: string) =>
    house.json('/api/v1/jobs', { as, method: 'POST', body, headers: key ? { 'idempotency-key': key } : {} })
  return { house, orders, shared, order }
}

test('J1 a recording is analysed again, as it is said', async t => {
  const { house, orders, order } = await openHouse(t)
  const { recordingId } = await fill(house, 'yard')
  const settings = {
    model: 'motion',
    lines: {
      door: [
        [0, 0],
        [1, 1]
      ]
    }
  }
  const { status, body } = await order('olga', {
    recording: recordingId,
    stream: 'yard',
    annotate: true,
    minScore: 0.5,
    settings
  })
  deepStrictEqual([status, body.stream, body.state, body.title], [201, 'yard', 'queued', 'Match at yard'])
  const [{ digest: _, ...given } = orders[0]!] = orders
  deepStrictEqual(
    { ...given, modifiedMs: 0 },
    { annotate: true, modifiedMs: 0, title: 'Match at yard', stream: 'yard', settings: { ...settings, minScore: 0.5 } }
  )
  strictEqual(
    (await house.ask(`/api/v1/recordings/${recordingId}/video`)).headers.get('content-length'),
    `${video.length}`
  )
})

test('J2 whoever may not operate all streams is granted the one that their job makes', async t => {
  const { shared, order } = await openHouse(t)
  const { status, body } = await order('olga', { upload: 'u1', title: 'Final' })
  deepStrictEqual([status, body.title, shared], [201, 'Final', [`user:olga ${body.stream}`]])
})

test('J3 an upload is there for whoever sent it, and for nobody else', async t => {
  const { order } = await openHouse(t)
  for (const as of ['nemo', 'admin'] as const) {
    const { status, body } = await order(as, { upload: 'u1' })
    deepStrictEqual([status, body.code], [404, 'SL_RESOURCE_UNKNOWN'], as)
  }
  strictEqual((await order('vera', { upload: 'u1' })).status, 403)
})

const refused: readonly (readonly [what: string, body: object, status: number])[] = [
  ['nothing', {}, 400],
  ['two things', { upload: 'u1', recording: 'abc' }, 400],
  ['a path', { upload: 'u1', input: '/etc/passwd' }, 400],
  ['a model by its path', { upload: 'u1', settings: { model: '/tmp/evil.onnx' } }, 400],
  ['a model by the name of a file', { upload: 'u1', settings: { model: 'package.json' } }, 400],
  ['one of several by its path', { upload: 'u1', settings: { models: [{ model: '../evil.mjs' }] } }, 400],
  ['what knows people again by its path', { upload: 'u1', settings: { reid: { model: '/etc/hostname' } } }, 400],
  ['a setting that there is not', { upload: 'u1', settings: { modle: 'motion' } }, 400],
  ['a setting of another kind', { upload: 'u1', settings: { minScore: 'high' } }, 400],
  ['results for a stream that may be seen alone', { upload: 'u1', stream: 'street' }, 403],
  ['results for a stream that may not be seen', { upload: 'u1', stream: 'attic' }, 404]
]
test('J4 what makes no sense, or may not be, is refused before anything is queued', async t => {
  const { orders, order } = await openHouse(t)
  for (const [what, body, status] of refused) strictEqual((await order('olga', body)).status, status, what)
  strictEqual(orders.length, 0)
})

test('J5 an order that is sent again under its key is one job', async t => {
  const { orders, order } = await openHouse(t)
  const [first, again] = [await order('olga', { upload: 'u1' }, 'k'), await order('olga', { upload: 'u1' }, 'k')]
  deepStrictEqual([first.body.id, orders.length], [again.body.id, 1])
})

test('J6 a job that waits is cancelled at once', async t => {
  const { house } = await openHouse(t)
  const { jobId } = await fill(house, 'yard')
  const { status, body } = await house.json(`/api/v1/jobs/${jobId}/cancel`, { as: 'olga', method: 'POST' })
  deepStrictEqual([status, body.state], [200, 'cancelled'])
})

test('J7 who may be granted no more streams is told so before a job is made; for one of theirs they need no grant', async t => {
  const requireRoomToShare = () => Promise.reject(new SightlineError('SL_LIMIT_REACHED', 'There are many.'))
  const { orders, order } = await openHouse(t, { requireRoomToShare })
  const { status, body } = await order('olga', { upload: 'u1' })
  deepStrictEqual([status, body.code, orders.length], [409, 'SL_LIMIT_REACHED', 0])
  strictEqual((await order('olga', { upload: 'u1', stream: 'yard' })).status, 201)
})

test('J8 what a job has looked at last is shown while it is worked on, and nothing otherwise', async t => {
  const picture = Buffer.from([0xff, 0xd8, 0xff, 0xd9])
  const { house } = await openHouse(t, { previews: { read: async () => picture } })
  const { jobId } = await fill(house, 'yard')
  const shown = async () => {
    const answer = await house.ask(`/api/v1/jobs/${jobId}/preview.jpg`, { as: 'vera' })
    return [answer.status, answer.headers.get('content-type'), Buffer.from(await answer.arrayBuffer()).length]
  }
  deepStrictEqual(await shown(), [204, null, 0])
  await house.database.sql.updateTable('jobs').set({ state: 'running' }).where('id', '=', jobId).execute()
  deepStrictEqual(await shown(), [200, 'image/jpeg', picture.length])
})
