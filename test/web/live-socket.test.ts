import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { EventMessage, LiveMessage, LiveRequest } from '../../src/contract/live.ts'
import { readIceServers } from '../../web/src/live/ice-servers.ts'
import { LiveSocket, type SocketLike } from '../../web/src/live/live-socket.ts'
import { patience } from '../../web/src/live/reconnect.ts'

/** A connection that does what the test says. */
class ScriptedSocket implements SocketLike {
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null
  readonly said: LiveRequest[] = []
  send(text: string): void {
    this.said.push(JSON.parse(text))
  }
  close(): void {
    this.onclose?.()
  }
  says(message: LiveMessage): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
}

function connected(waitMs = 0) {
  const sockets: ScriptedSocket[] = []
  const seen: LiveMessage[] = []
  const waits: number[] = []
  const another: (() => void)[] = []
  const live = new LiveSocket('ws://here', {
    handlers: { event: message => seen.push(message), gap: message => seen.push(message) },
    wait(failures) {
      waits.push(failures)
      return waitMs
    },
    createSocket() {
      const socket = new ScriptedSocket()
      sockets.push(socket)
      another.shift()?.()
      return socket
    }
  })
  const next = () => new Promise<void>(resolve => another.push(resolve))
  return { live, sockets, seen, waits, next }
}

function event(id: string, stream = 'door'): EventMessage {
  const facts = { version: 1, id, stream, epoch: 1, frame: 0, ptsMs: 0 } as const
  const body = { ...facts, kind: 'stream-up', reason: 'started', width: 1, height: 1, codec: 'h264' } as const
  return { type: 'event', atMs: 0, event: body }
}

test('L1 it subscribes to everything once it is connected', () => {
  const { live, sockets } = connected()
  sockets[0]!.onopen?.()
  deepStrictEqual(sockets[0]!.said, [{ type: 'subscribe' }])
  live.close()
})

test('L2 a lost connection comes back behind the last event of each stream', async () => {
  const { live, sockets, next } = connected()
  sockets[0]!.onopen?.()
  for (const [id, stream] of [
    ['a1', 'a'],
    ['b1', 'b'],
    ['a2', 'a']
  ] as const)
    sockets[0]!.says(event(id, stream))
  const again = next()
  sockets[0]!.onclose?.()
  await again
  sockets[1]!.onopen?.()
  deepStrictEqual(sockets[1]!.said, [{ type: 'subscribe', after: { a: 'a2', b: 'b1' } }])
  live.close()
})

test('L3 after a gap the events that follow are what counts', async () => {
  const { live, sockets } = connected()
  sockets[0]!.says(event('d1'))
  sockets[0]!.says({ type: 'gap', stream: 'door', after: 'd1' })
  deepStrictEqual(live.after, {})
  sockets[0]!.says(event('d9'))
  deepStrictEqual(live.after, { door: 'd9' })
  live.close()
})

test('L4 viewing sessions are asked for again after a reconnection', async () => {
  const { live, sockets, next } = connected()
  sockets[0]!.onopen?.()
  live.view(['s1'])
  const again = next()
  sockets[0]!.onclose?.()
  await again
  sockets[1]!.onopen?.()
  deepStrictEqual(sockets[1]!.said.at(-1), { type: 'view', sessions: ['s1'] })
  live.close()
})

test('L5 what comes resets the patience, and what fails uses it up', async () => {
  const { live, sockets, waits, next } = connected()
  for (let round = 0; round < 2; round++) {
    const again = next()
    sockets.at(-1)!.onclose?.()
    await again
  }
  sockets.at(-1)!.says(event('d1'))
  const again = next()
  sockets.at(-1)!.onclose?.()
  await again
  deepStrictEqual(waits, [1, 2, 1])
  live.close()
})

test('L11 what is asked for otherwise is asked for at once, and when the connection comes back', async () => {
  const { live, sockets, next } = connected()
  live.ask(['state'])
  sockets[0]!.onopen?.()
  sockets[0]!.says(event('a1', 'a'))
  live.ask(undefined)
  live.ask(['state', 'stream-up'])
  // Nothing is missed in between: what comes after the last event would come twice.
  const asked = [{ kinds: ['state'] }, {}, { kinds: ['state', 'stream-up'] }]
  deepStrictEqual(
    sockets[0]!.said,
    asked.map(each => ({ type: 'subscribe', ...each }))
  )
  const again = next()
  sockets[0]!.onclose?.()
  await again
  sockets[1]!.onopen?.()
  deepStrictEqual(sockets[1]!.said, [{ type: 'subscribe', kinds: ['state', 'stream-up'], after: { a: 'a1' } }])
  live.close()
})

test('L6 closed is closed', () => {
  const { live, sockets, waits } = connected()
  live.close()
  strictEqual(sockets.length, 1)
  deepStrictEqual(waits, [])
})

test('L7 the network’s return ends the wait', () => {
  const { live, sockets } = connected(1_000_000)
  sockets[0]!.onclose?.()
  live.retryNow()
  // Whatever comes of it, nothing waits on.
  live.close()
  strictEqual(sockets.length, 2)
})

test('L8 waits grow up to a bound, and are spread so that not all come back at once', () => {
  const [early, late] = [patience(500, 15_000, () => 0), patience(500, 15_000, () => 1)]
  deepStrictEqual([1, 2, 3, 10].map(late), [500, 1000, 2000, 15_000])
  ok([1, 2, 3, 10].map(early).every(wait => wait === 250))
})

test('L9 servers that help through firewalls are read from the answer’s links', () => {
  const links =
    '<stun:a.example>; rel="ice-server", <turn:b.example?transport=udp>; rel="ice-server"; username="u\\"1"; credential="p, q"; credential-type="password", </x>; rel="next"'
  deepStrictEqual(readIceServers(links), [
    { urls: 'stun:a.example' },
    { urls: 'turn:b.example?transport=udp', username: 'u"1', credential: 'p, q' }
  ])
})

test('L12 while it rests nobody is told that it is lost, and it comes back when it is to', async () => {
  const told: boolean[] = []
  const sockets: ScriptedSocket[] = []
  const live = new LiveSocket('ws://here', {
    handlers: { connection: isOpen => told.push(isOpen) },
    wait: () => 0,
    createSocket() {
      sockets.push(new ScriptedSocket())
      return sockets.at(-1)!
    }
  })
  sockets[0]!.onopen?.()
  const resume = live.rest()
  await new Promise(resolve => setTimeout(resolve, 5))
  deepStrictEqual([told, sockets.length], [[true], 1])
  resume()
  sockets[1]!.onopen?.()
  deepStrictEqual([told, sockets.length], [[true, true], 2])
  live.close()
})
