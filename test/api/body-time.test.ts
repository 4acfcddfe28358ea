import { equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import fastify from 'fastify'
import { limitBodyTimes } from '../../src/api/body-time.ts'

/** One of the limits is short in each test: the machine may stand still for longer than that. */
const ample = { wholeMs: 60_000, idleMs: 60_000 }

async function serverOf(t: TestContext, limits: Partial<typeof ample> = {}): Promise<number> {
  const server = fastify({ requestTimeout: 0 })
  limitBodyTimes(server, { ...ample, ...limits })
  server.addContentTypeParser('*', async (_: unknown, body: AsyncIterable<Buffer>) => {
    let bytes = 0
    for await (const chunk of body) bytes += chunk.length
    return bytes
  })
  server.post('/short', async ({ body }) => `${body}`)
  server.post('/long', { config: { longBody: true } }, async ({ body }) => `${body}`)
  await server.listen({ port: 0, host: '127.0.0.1' })
  t.after(() => server.close())
  return (server.server.address() as AddressInfo).port
}

/** Sends a byte every so often, and gives the answer's status; `cut` where there is none. */
async function drip(port: number, path: string, bytes: number, everyMs: number): Promise<number | 'cut'> {
  const asking = request({ port, path, method: 'POST', headers: { 'content-type': 'a/b', 'content-length': bytes } })
  asking.on('error', () => undefined)
  asking.flushHeaders()
  const over = Promise.race([
    once(asking, 'response').then(([{ statusCode }]) => statusCode),
    once(asking, 'close').then(() => 'cut')
  ])
  let sent = 0
  const timer = setInterval(() => {
    asking.write('x')
    if (++sent === bytes) clearInterval(timer)
  }, everyMs)
  try {
    return (await over.catch(() => 'cut')) as number | 'cut'
  } finally {
    clearInterval(timer)
    asking.destroy()
  }
}

test('B1 a body that takes too long is cut off, however steadily it comes', async t => {
  equal(await drip(await serverOf(t, { wholeMs: 200 }), '/short', 50, 20), 'cut')
})

test('B2 a file may take its time', async t => {
  equal(await drip(await serverOf(t, { wholeMs: 200 }), '/long', 30, 20), 200)
})

test('B3 a file that stands still is cut off', async t => {
  const tookMs: number[] = []
  while (tookMs.length < 5 && !tookMs.some(ms => ms < 1900)) {
    const port = await serverOf(t, { idleMs: 400 })
    const beganMs = performance.now()
    equal(await drip(port, '/long', 2, 2000), 'cut')
    tookMs.push(performance.now() - beganMs)
  }
  ok(tookMs.at(-1)! < 1900, `${tookMs} ms`)
})

test('B4 a body in time is taken', async t => {
  equal(await drip(await serverOf(t), '/short', 3, 5), 200)
})
