import { ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Packet } from 'node-av/lib'
import { Demuxer } from '../../src/media/demuxer.ts'
import { largeClip } from '../support/large-clip.ts'
import { serving } from '../support/serving.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('a recording that the reader stops reading is not called truncated', async () => {
  await using folder = await temporaryFolder()
  const bytes = await largeClip(folder.path, 'large.mkv')
  await using server = await serving((_, response) => {
    response.writeHead(200, { 'content-length': bytes.length })
    response.write(bytes.subarray(0, 300_000))
  })
  const stop = new AbortController()
  const address = { kind: 'http', url: new URL(server.url) } as const
  await using demuxer = await Demuxer.open(address, { maxPixels: 1e6, signal: stop.signal })
  using packet = new Packet()
  packet.alloc()
  ok(await demuxer.read(packet))
  stop.abort()
  for (let more = true; more; ) {
    packet.unref()
    more = await demuxer.read(packet)
  }
  strictEqual(demuxer.truncated, false)
})
