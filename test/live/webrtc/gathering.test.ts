import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import dns from 'node:dns/promises'
import { syncBuiltinESMExports } from 'node:module'
import { test } from 'node:test'
import { gather } from '../../../src/live/webrtc/gathering.ts'
import { UdpPorts } from '../../../src/live/webrtc/udp-wire.ts'
import { defaultWebrtcSettings, type WebrtcSettings } from '../../../src/live/webrtc/webrtc-settings.ts'
import { inTime } from '../../support/in-time.ts'

const gathered = (changes: Partial<WebrtcSettings>, ports: UdpPorts) =>
  gather({ ...defaultWebrtcSettings, ...changes }, ports, () => undefined)
/** Address, port and kind of each. */
const places = (candidates: readonly string[]) =>
  candidates.map(line => line.split(' ')).map(parts => [parts[4], Number(parts[5]), parts[7]])

test('GA1 each session takes a port of the range, and a range that is taken refuses the next', async () => {
  const ports: [number, number] = [21_610, 21_612]
  const range = new UdpPorts(ports, false)
  using stack = new DisposableStack()
  const taken: unknown[] = []
  for (let n = 0; n < 3; n++) taken.push(...places(stack.use(await gathered({ ports }, range)).candidates))
  deepStrictEqual(taken.sort(), [
    ['127.0.0.1', 21_610, 'host'],
    ['127.0.0.1', 21_611, 'host'],
    ['127.0.0.1', 21_612, 'host']
  ])
  await rejects(gathered({ ports }, range), { code: 'SL_SESSION_LIMIT', retryable: true })
  stack.dispose()
  using again = await gathered({ ports }, range)
  ok(again.candidates.length > 0)
})

test('GA2 an address that a router forwards is told first, on the same port as our own', async () => {
  const ports: [number, number] = [21_620, 21_620]
  const settings = { ports, everywhere: true, externalAddresses: ['203.0.113.7'] }
  using found = await gathered(settings, new UdpPorts(ports, true))
  const all = places(found.candidates)
  deepStrictEqual(all[0], ['203.0.113.7', 21_620, 'host'])
  ok(all.every(([, port, kind]) => port === 21_620 && kind === 'host'))
  const priority = (line: string) => Number(line.split(' ')[3])
  ok(found.candidates.slice(1).every(line => priority(line) < priority(found.candidates[0]!)))
})

test('GA3 unless others may come, media is listened to on 127.0.0.1 alone', async () => {
  const heard: string[] = []
  const last = Promise.withResolvers<void>()
  const wire = await new UdpPorts([21_630, 21_639], false).open(bytes => {
    heard.push(bytes.toString())
    if (heard.includes('here')) last.resolve()
  })
  const stranger = createSocket('udp4')
  const send = (text: string, host: string) => new Promise(done => stranger.send(text, wire.port, host, done))
  await send('elsewhere', '127.0.0.2')
  await send('here', '127.0.0.1')
  await last.promise
  stranger.close()
  wire.close()
  deepStrictEqual(heard, ['here'])
})

const servers: readonly [what: string, settings: Partial<WebrtcSettings>, ports: [number, number]][] = [
  ['STUN', { stunServer: 'stun.example.org:3478' }, [21_640, 21_649]],
  [
    'TURN',
    { turnServer: { address: 'turn.example.org', username: 'us', password: 'secret', transport: 'udp' } },
    [21_650, 21_659]
  ]
]
for (const [what, settings, ports] of servers) {
  test(`GA4 a ${what} server whose name nobody resolves keeps no offer waiting, and is looked up once for all of them`, async t => {
    const nobody = Promise.withResolvers<never>()
    const lookUp = t.mock.method(dns, 'lookup', () => nobody.promise)
    syncBuiltinESMExports()
    try {
      const range = new UdpPorts(ports, true)
      const offers = Array.from({ length: 3 }, () => gathered({ ...settings, ports, everywhere: true }, range))
      for (const found of await inTime('offers that are answered', Promise.all(offers))) {
        ok(places(found.candidates).every(([, , kind]) => kind === 'host'))
        found[Symbol.dispose]()
      }
      strictEqual(lookUp.mock.callCount(), 1)
    } finally {
      nobody.reject(new Error('the name servers are away'))
      lookUp.mock.restore()
      syncBuiltinESMExports()
    }
  })
}
