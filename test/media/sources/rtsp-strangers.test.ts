import { deepStrictEqual, match, rejects } from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { test } from 'node:test'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import { RtspSource } from '../../../src/media/sources/rtsp/rtsp-source.ts'
import { rtpPacket } from '../../support/packetise.ts'
import { description, scriptedCamera } from '../../support/scripted-camera.ts'

// What somebody could make us do, or believe, who is not the camera.

const never = new AbortController().signal
const idr = { payload: Buffer.from('6588840a', 'hex'), marker: true }
const coded = (code: string, words: RegExp) => (error: Error & { code?: string }) => {
  match(error.message, words)
  return error.code === code
}

function source(url: string, transport: 'tcp' | 'udp' = 'tcp'): RtspSource {
  return new RtspSource(url, { transport, dialler: new DirectDialler() })
}

test('F34 an address that a server gives is not asked for where it has blanks, which would be another request', async () => {
  for (const control of ['video track', 'video\tRTSP/1.0']) {
    await using camera = await scriptedCamera({
      DESCRIBE: () => ({ status: 200, body: description.replace('a=control:video', `a=control:${control}`) })
    })
    await rejects(source(camera.url).connect(never), coded('SL_INPUT_DAMAGED', /blanks in it/))
    deepStrictEqual(
      camera.requests.map(({ method }) => method),
      ['DESCRIBE']
    )
  }
})

test('F35 over UDP nobody but the camera can say that it ends', async () => {
  await using camera = await scriptedCamera({
    SETUP: ({ headers }) => ({
      status: 200,
      headers: { Session: '42', Transport: `${headers.get('transport')};server_port=6970-6971` }
    })
  })
  await using connection = await source(camera.url, 'udp').connect(never)
  const { headers } = await camera.seen('SETUP')
  const port = Number(/client_port=(\d+)/.exec(headers.get('transport')!)![1])
  const [stranger, sender] = [createSocket('udp4'), createSocket('udp4')]
  await new Promise<void>(resolve => stranger.bind(0, '127.0.0.2', resolve))
  const goodbye = Buffer.from('81cb000100005197', 'hex')
  await new Promise(resolve => stranger.send(goodbye, port + 1, '127.0.0.1', resolve))
  const units = connection.units()
  const ends: (boolean | undefined)[] = []
  for (const number of [1, 2]) {
    sender.send(rtpPacket(idr, { number, timestamp: number * 9000 }), port, '127.0.0.1')
    ends.push((await units.next()).done)
  }
  deepStrictEqual(ends, [false, false])
  stranger.close()
  sender.close()
})
