import { deepStrictEqual, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { measuredAgain } from '../support/measured-again.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atMost } from './support/form.ts'
import { LiveServing } from './support/live-serving.ts'
import { figuresOf } from './support/process-figures.ts'
import { until } from './support/until.ts'

// What somebody sends who means no good, while others ask: they are served, and memory stays where it was.

/** How much more it may hold in the middle of it. */
const mostBytes = 150e6
/** How long somebody else waits for an answer, at worst. */
const mostMs = 2000
const isPrompt = (waitedMs: number) => waitedMs < mostMs

async function begun(folder: string) {
  const serving = await LiveServing.start(folder, {}, { env: { SIGHTLINE_RATE_LIMITS: 'off' } })
  await serving.ready()
  const admin = await serving.asAdmin()
  const { hostname, port, host } = new URL(serving.url)
  return {
    serving,
    admin,
    /** Sends `head`, lines of it, and gives the connection. */
    async say(head: readonly string[]): Promise<Socket> {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => undefined)
      await once(socket, 'connect')
      socket.write([head[0], `host: ${host}`, `cookie: ${admin.cookie}`, ...head.slice(1)].join('\r\n'))
      return socket
    },
    /** Milliseconds that somebody else waits. */
    async others(): Promise<number> {
      const startedMs = performance.now()
      const answer = await fetch(`${serving.url}/api/v1/streams`, { headers: admin })
      await answer.text()
      deepStrictEqual(answer.status, 200)
      return performance.now() - startedMs
    },
    rss: () => figuresOf(serving.pid).rssBytes,
    async [Symbol.asyncDispose]() {
      await serving[Symbol.asyncDispose]()
    }
  }
}

test('AF1 two thousand who send a byte now and then keep nobody waiting', { timeout: 600_000 }, async t => {
  await using folder = await temporaryFolder()
  await using house = await begun(folder.path)
  const before = house.rss()
  const slow: Socket[] = []
  for (let count = 0; count < atMost(500, 2000); count++)
    slow.push(await house.say(['GET /api/v1/events HTTP/1.1', 'x: ']))
  const longest = async () => {
    const waits: number[] = []
    for (let round = 0; round < 10; round++) {
      for (const socket of slow) socket.write('x')
      waits.push(await house.others())
    }
    return Math.max(...waits)
  }
  const waitedMs = await measuredAgain(longest, isPrompt)
  const more = house.rss() - before
  t.diagnostic(`${slow.length} slow: others waited ${waitedMs.map(Math.round)} ms, ${(more / 1e6).toFixed(0)} MB more`)
  for (const socket of slow) socket.destroy()
  ok(isPrompt(waitedMs.at(-1)!), `${waitedMs} ms`)
  ok(more < mostBytes, `${more}`)
  await until('they are forgotten', () => figuresOf(house.serving.pid).descriptors < 200)
})

test('AF2 a hundred megabytes of JSON are refused before they are read', { timeout: 600_000 }, async t => {
  const flooded = async () => {
    await using folder = await temporaryFolder()
    await using house = await begun(folder.path)
    const before = house.rss()
    let most = 0
    for (const path of ['/api/v1/streams', '/graphql', '/api/v1/session', '/camera/start']) {
      for (const length of ['content-length: 104857600', 'transfer-encoding: chunked']) {
        const socket = await house.say([`POST ${path} HTTP/1.1`, 'content-type: application/json', length, '', ''])
        const chunk = Buffer.alloc(1 << 16, '[')
        const framed = length.startsWith('transfer')
          ? Buffer.concat([Buffer.from('10000\r\n'), chunk, Buffer.from('\r\n')])
          : chunk
        let said = ''
        socket.on('data', data => {
          said += data
        })
        const ended = new Promise(resolve => socket.on('close', resolve))
        for (let sent = 0; sent < 1600 && !socket.destroyed && socket.writable; sent++)
          if (!socket.write(framed)) await Promise.race([new Promise(resolve => socket.once('drain', resolve)), ended])
        most = Math.max(most, house.rss() - before)
        socket.end()
        await ended
        ok(said === '' || /^HTTP\/1\.1 4(13|01|15|00)/.test(said), `${path}, ${length}: ${said.slice(0, 200)}`)
      }
    }
    const waitedMs = await house.others()
    t.diagnostic(`${(most / 1e6).toFixed(0)} MB more at most, others waited ${waitedMs.toFixed(0)} ms`)
    return { waitedMs, most }
  }
  const isWell = ({ waitedMs, most }: Awaited<ReturnType<typeof flooded>>) => isPrompt(waitedMs) && most < mostBytes
  const floods = await measuredAgain(flooded, isWell)
  ok(isWell(floods.at(-1)!), JSON.stringify(floods))
})

test('AF3 ranges without number are answered with little', { timeout: 600_000 }, async t => {
  await using folder = await temporaryFolder()
  await using house = await begun(folder.path)
  const before = house.rss()
  const range = `bytes=${Array.from({ length: 1200 }, (_, at) => `${at}-`).join(',')}`
  const paths = ['/', '/openapi.json', '/docs', '/redoc', '/api/v1/events?format=csv', '/metrics']
  const waitAfterAll = async () => {
    for (let round = 0; round < atMost(5, 50); round++)
      await Promise.all(
        paths.map(async path => {
          const answer = await fetch(`${house.serving.url}${path}`, { headers: { ...house.admin, range } })
          const { byteLength } = await answer.arrayBuffer()
          ok(byteLength < 10e6 && answer.status < 500, `${path}: ${answer.status}, ${byteLength} bytes`)
        })
      )
    return house.others()
  }
  const waitedMs = await measuredAgain(waitAfterAll, isPrompt)
  const more = house.rss() - before
  t.diagnostic(`${(more / 1e6).toFixed(0)} MB more, others waited ${waitedMs.map(Math.round)} ms`)
  ok(isPrompt(waitedMs.at(-1)!), `${waitedMs} ms`)
  ok(more < mostBytes, `${more}`)
})
