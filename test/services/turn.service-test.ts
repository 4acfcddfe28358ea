import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { UdpPorts } from '../../src/live/webrtc/udp-wire.ts'
import { defaultWebrtcSettings, type WebrtcSettings } from '../../src/live/webrtc/webrtc-settings.ts'
import { Whep } from '../../src/live/webrtc/whep.ts'
import { makeClip } from '../support/make-clip.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { PlayedFeeds, relayedUnits } from '../support/played-feeds.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { unitsOfClip } from '../support/units-of-clip.ts'
import { webrtcViewer } from '../support/webrtc-peer.ts'
import { findTurn, startTurn } from './turn-server.ts'

const servers = { udp: findTurn('udp'), tcp: findTurn('tcp') }
const skipOf = (transport: 'udp' | 'tcp') => {
  const found = servers[transport]
  return { skip: 'missing' in found ? found.missing : false }
}
const start = (transport: 'udp' | 'tcp') => {
  const found = servers[transport]
  return startTurn(transport, 'path' in found ? found.path : '')
}
const ports: [number, number] = [21_300, 21_399]

async function watched(changes: Partial<WebrtcSettings>) {
  await using folder = await temporaryFolder()
  const clip = join(folder.path, 'clip.mp4')
  await makeClip(clip, { frames: 5 })
  const feeds = new PlayedFeeds('door')
  feeds.welcome = relayedUnits(await unitsOfClip(clip), 'h264')
  const settings = { ...defaultWebrtcSettings, ports, everywhere: true, ...changes }
  return new Whep({ feeds, settings, ports: new UdpPorts(ports, true) })
}

const kindsOf = (answer: string) => new Set([...answer.matchAll(/^a=candidate:.* typ (\w+)/gm)].map(([, kind]) => kind))

test('T1 a STUN server tells what we look like from outside', skipOf('udp'), async () => {
  await using turn = await start('udp')
  using whep = await watched({ stunServer: turn.address })
  await using viewer = await webrtcViewer()
  const { answer } = await whep.offer('door', viewer.offer)
  deepStrictEqual(kindsOf(answer), new Set(['host', 'srflx']))
})

for (const transport of ['udp', 'tcp'] as const) {
  test(
    `T2 where nothing but a relay over ${transport} gets through, pictures go by it`,
    skipOf(transport),
    async () => {
      await using turn = await start(transport)
      const { address, username, password } = turn
      using whep = await watched({ turnServer: { address, username, password, transport } })
      await using viewer = await webrtcViewer()
      const { answer, session } = await whep.offer('door', viewer.offer)
      ok(kindsOf(answer).has('relay'))
      await viewer.take(answer.replaceAll(/^a=candidate:.* typ host.*\r\n/gm, ''))
      await viewer.until(packets => packets.filter(({ header }) => header.marker).length === 5)
      whep.end(session)
    }
  )
}

test('T3 servers that do not answer keep nobody waiting for long', async () => {
  const nobody = '127.0.0.1:9'
  const turnServer = { address: nobody, username: 'a', password: 'b', transport: 'udp' } as const
  using whep = await watched({ stunServer: nobody, turnServer })
  const offered = async () => {
    await using viewer = await webrtcViewer()
    const startMs = performance.now()
    const { answer } = await whep.offer('door', viewer.offer)
    strictEqual(kindsOf(answer).has('relay'), false)
    return performance.now() - startMs
  }
  const isPrompt = (ms: number) => ms < 3000
  const tookMs = await measuredAgain(offered, isPrompt)
  ok(isPrompt(tookMs.at(-1)!), `${tookMs} ms`)
})
