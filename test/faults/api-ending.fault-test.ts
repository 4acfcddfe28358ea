import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { Agent, request as ask, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atMost } from './support/form.ts'
import { LiveServing } from './support/live-serving.ts'
import { until } from './support/until.ts'

// `sightline serve` is told to end while people and programs ask, listen, watch and send.

interface Answered {
  readonly status: number
  readonly text: string
}

/** Asks until it is told to stop, time and again; keeps what was answered, and how requests failed that were taken. */
class Asker {
  readonly answered: Answered[] = []
  readonly failed: string[] = []
  refused = 0
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  #isOn = true

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url
    this.#headers = headers
  }

  async run(paths: readonly string[]): Promise<void> {
    for (let count = 0; this.#isOn; count++) {
      const outcome = await this.#once(paths[count % paths.length]!)
      if (outcome === 'refused') {
        this.refused++
        await pause(5)
      }
    }
    this.#agent.destroy()
  }

  stop(): void {
    this.#isOn = false
  }

  #once(path: string): Promise<'answered' | 'refused' | 'failed'> {
    return new Promise(resolve => {
      let isTaken = false
      const asking = ask(`${this.#url}${path}`, { agent: this.#agent, headers: this.#headers }, answer => {
        isTaken = true
        read(answer).then(
          text => {
            this.answered.push({ status: answer.statusCode!, text })
            resolve('answered')
          },
          error => {
            this.failed.push(`${path} broke off: ${error}`)
            resolve('failed')
          }
        )
      })
      asking.on('error', (error: NodeJS.ErrnoException) => {
        if (isTaken) return
        // Nobody listens; or the kept connection was closed between two requests, which clients ask again (RFC 9112 §9.3.1).
        const isNew = error.code === 'ECONNREFUSED' || asking.reusedSocket
        if (!isNew) this.failed.push(`${path}: ${error.code}`)
        resolve(isNew ? 'refused' : 'failed')
      })
      asking.end()
    })
  }
}

async function read(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += chunk
  return text
}

/** Opens something that goes on and on, and resolves once its head has come. */
async function opened(url: string, head: readonly string[], body = ''): Promise<Socket> {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(`${[head[0], `host: ${host}`, ...head.slice(1)].join('\r\n')}\r\n\r\n${body}`)
  return socket
}

test('AE1 told to end under load, it answers what it took, refuses what is new, and ends within 25 s', {
  timeout: 600_000
}, async t => {
  await using folder = await temporaryFolder()
  const streams = { demo: { source: 'demo:', model: 'motion' } }
  await using serving = await LiveServing.start(folder.path, streams, { env: { SIGHTLINE_RATE_LIMITS: 'off' } })
  await serving.ready()
  await serving.up(['demo'])
  const admin = await serving.asAdmin()
  const { url } = serving
  const cookie = `cookie: ${admin.cookie}`
  const pictures = await opened(url, ['GET /api/v1/streams/demo/mjpeg HTTP/1.1', cookie])
  let shownBytes = 0
  pictures.on('data', chunk => {
    shownBytes += chunk.length
  })
  const live = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`, { headers: admin })
  let heard = 0
  live.on('message', () => heard++).on('error', () => undefined)
  live.on('open', () => live.send(JSON.stringify({ type: 'subscribe' })))
  const graph = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers: admin })
  let acknowledged = false
  graph.on('error', () => undefined).on('open', () => graph.send('{"type":"connection_init"}'))
  graph.on('message', data => {
    if (JSON.parse(String(data)).type !== 'connection_ack') return
    acknowledged = true
    const query = 'subscription { events { id } }'
    graph.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query } }))
  })
  const upload = await opened(
    url,
    [
      'POST /api/v1/uploads HTTP/1.1',
      cookie,
      'content-type: multipart/form-data; boundary=x',
      'content-length: 9999999'
    ],
    '--x\r\ncontent-disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n0000'
  )
  await until('everybody is served', () => shownBytes > 1000 && heard > 0 && acknowledged)
  const askers = Array.from({ length: atMost(20, 100) }, () => new Asker(url, admin))
  const running = askers.map(asker =>
    asker.run(['/api/v1/streams?live=true', '/api/v1/events', '/healthz', '/metrics', '/api/v1/system'])
  )
  await until('there is load', () => askers.every(({ answered }) => answered.length > 10))
  const toldMs = performance.now()
  const status = await serving.stop()
  const tookMs = Math.round(performance.now() - toldMs)
  for (const asker of askers) asker.stop()
  await Promise.all(running)
  for (const socket of [pictures, upload]) socket.destroy()
  for (const socket of [live, graph]) socket.terminate()
  const answered = askers.flatMap(asker => asker.answered)
  const statuses = Object.groupBy(answered, ({ status: each }) => String(each))
  const refused = askers.reduce((sum, each) => sum + each.refused, 0)
  const counts = Object.entries(statuses).map(([each, answers]) => `${each}: ${answers?.length}`)
  t.diagnostic(`ended after ${tookMs} ms; ${counts.join(', ')}; not taken: ${refused}`)
  equal(status, 0)
  ok(tookMs < 25_000, `${tookMs} ms`)
  deepStrictEqual(
    askers.flatMap(({ failed }) => failed),
    []
  )
  deepStrictEqual(
    answered.filter(({ status: each }) => each !== 200 && each !== 503),
    []
  )
})
