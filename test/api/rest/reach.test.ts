import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { fill, framesFromMs, lists, placesOf } from './rest-contents.ts'
import { type Person, RestHouse } from './rest-house.ts'

test('resources of two streams, of which nobody but an admin may see the attic', async t => {
  const house = await RestHouse.open(t)
  const [yard, attic] = [await fill(house, 'yard'), await fill(house, 'attic')]
  const statusOf = async (path: string, as: Person | 'stranger') => {
    const answer = await (as === 'stranger' ? fetch(`${house.url}${path}`) : house.ask(path, { as }))
    await answer.bytes()
    return answer.status
  }

  await t.test('A1 each thing of a stream is there for those who may see the stream', async () => {
    for (const as of ['admin', 'olga', 'vera'] as const)
      for (const path of placesOf(yard)) strictEqual(await statusOf(path, as), 200, `${as} ${path}`)
  })

  await t.test('A2 for others it is as if it was not there: the same words as for what is not', async () => {
    const missing = { ...attic, recordingId: 'aaaaaaaaaaaa', clipId: 'none', jobId: 'aaaaaaaaaaaa', siteId: 'none' }
    const nothing = placesOf({ ...missing, stream: 'nowhere', eventId: attic.eventId.replace('attic', 'nowhere') })
    for (const [index, path] of placesOf(attic).entries()) {
      for (const as of ['olga', 'vera', 'nemo'] as const) {
        const { status, body } = await house.json(path, { as })
        strictEqual(status, 404, `${as} ${path}`)
        const absent = await house.json(nothing[index]!, { as })
        deepStrictEqual([absent.status, absent.body.code], [404, body.code], `${as} ${path}`)
      }
      strictEqual(await statusOf(path, 'admin'), 200, path)
    }
  })

  await t.test('A3 strangers are asked who they are', async () => {
    for (const path of [...placesOf(yard), ...lists.map(name => `/api/v1/${name}`)])
      strictEqual(await statusOf(path, 'stranger'), 401, path)
  })

  await t.test('A4 lists show what is permitted, and nothing where nothing is', async () => {
    for (const name of lists) {
      const counts = []
      for (const as of ['admin', 'vera', 'nemo'] as const) {
        const { body } = await house.json(`/api/v1/${name}`, { as })
        counts.push((body.items as unknown[]).length)
        ok(as === 'admin' || !JSON.stringify(body).includes('attic'), `${as} ${name}`)
      }
      deepStrictEqual(counts, [2, 1, 0], name)
    }
  })

  await t.test('A5 filters, exports, counts and questions reach no further than lists', async () => {
    const range = 'fromMs=1700000040000&toMs=1700000100000&period=hour&groupBy=stream'
    const paths = [
      '/api/v1/events?stream=attic&stream=yard',
      '/api/v1/events?stream=attic&format=csv',
      '/api/v1/events?track=attic/1/1&format=ndjson',
      '/api/v1/tracks?stream=attic&stream=yard',
      `/api/v1/events/counts?${range}`,
      `/api/v1/events/ranking?${range}`,
      '/api/v1/streams?search=attic',
      '/api/v1/recordings?format=csv'
    ]
    for (const path of paths) {
      const text = await (await house.ask(path, { as: 'vera' })).text()
      ok(!text.includes('attic'), `${path}: ${text.slice(0, 200)}`)
    }
    const time = { fromMs: framesFromMs, toMs: framesFromMs + 6000 }
    const area = { x: 0, y: 0, w: 1, h: 1 }
    const region = { body: { streams: ['yard', 'attic'], ...time, area }, method: 'POST' }
    strictEqual((await house.ask('/api/v1/trajectories/region', { as: 'vera', ...region })).status, 404)
    const past = { body: { stream: 'attic', ...time, lines: {} }, method: 'POST' }
    strictEqual((await house.ask('/api/v1/measures/query', { as: 'vera', ...past })).status, 404)
  })

  await t.test('A6 who may see and not operate may change nothing', async () => {
    const rename = { method: 'PATCH', body: { title: 'Mine' } }
    strictEqual((await house.ask(`/api/v1/recordings/${yard.recordingId}`, { as: 'vera', ...rename })).status, 403)
    strictEqual((await house.ask(`/api/v1/jobs/${yard.jobId}/cancel`, { as: 'vera', method: 'POST' })).status, 403)
    const order = { method: 'POST', body: { recording: attic.recordingId } }
    strictEqual((await house.ask('/api/v1/jobs', { as: 'olga', ...order })).status, 404)
    strictEqual((await house.ask('/api/v1/sites/site-yard', { as: 'olga', method: 'DELETE' })).status, 403)
  })

  await t.test('A7 no path of the server is told', async () => {
    const { body } = await house.json(`/api/v1/jobs/${yard.jobId}`)
    ok(!JSON.stringify(body).includes('/srv/secret'))
  })
})
