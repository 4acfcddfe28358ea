import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, type TestContext, test } from 'node:test'
import { makeClip } from '../support/make-clip.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { type RtspServer, type ServedClip, startGo2rtc, startGStreamer } from './rtsp-servers.ts'
import { connectTo, framesOfFile, framesOfStream } from './rtsp-streams.ts'

/** A frame that is there after so long was not waited for. */
const promptMs = 2000

const folder = await mkdtemp(join(tmpdir(), 'sightline-rtsp-'))

async function clip(name: string, codec: ServedClip['codec'], frames: number, bFrames = 0): Promise<ServedClip> {
  const path = join(folder, `${name}.mkv`)
  const options = { width: 320, height: 240, frames, bFrames, gop: 10 }
  // RTP leaves the Huffman tables out: they have to be the standard's.
  if (codec === 'jpeg') await makeClip(path, { ...options, codec: 'mjpeg', encoderOptions: { huffman: 'default' } })
  else await makeClip(path, { ...options, codec })
  return { path, codec }
}

const clips = {
  h264: await clip('h264', 'h264', 30),
  bframes: await clip('bframes', 'h264', 30, 2),
  h265: await clip('h265', 'h265', 30),
  jpeg: await clip('jpeg', 'jpeg', 30),
  mpeg4: await clip('mpeg4', 'mpeg4', 30),
  long: await clip('long', 'h264', 250)
}
const login = { username: 'viewer', password: 'p@ss: "word"' }
const typed = (password: string) => `${login.username}:${encodeURIComponent(password)}`
// All before the first test: what is registered behind a wait comes too late for the file's own hooks.
const [gstreamer, basic, digest, go2rtc] = await Promise.all([
  startGStreamer(clips),
  startGStreamer(clips, { login: { ...login, method: 'basic' } }),
  startGStreamer(clips, { login: { ...login, method: 'digest' } }),
  startGo2rtc(clips)
])
after(() => rm(folder, { recursive: true, force: true }))
const coded = (code: string) => (error: Error & { code?: string }) => error.code === code

/** Makes tests of a server that is there, and a skipped one that says why where it is not. */
function withServer(
  title: string,
  started: RtspServer | { readonly missing: string },
  tests: (server: RtspServer) => void
) {
  if (started.missing === false) {
    after(() => started[Symbol.asyncDispose]())
    describe(title, { concurrency: 4 }, () => tests(started))
  } else describe(title, { skip: started.missing }, () => undefined)
}

/** What any server has to do. */
function anyServer(server: RtspServer): void {
  test('G1 a path that there is nothing at is not found', async () => {
    await rejects(connectTo(server.url('nothing'), 'tcp'), coded('SL_INPUT_NOT_FOUND'))
  })
}

withServer('GStreamer', gstreamer, server => {
  anyServer(server)
  for (const transport of ['tcp', 'udp'] as const) {
    for (const name of ['h264', 'bframes', 'h265', 'jpeg', 'mpeg4'] as const) {
      test(`G2 ${name} over ${transport} gives every frame of its file, and ends with it`, async t => {
        const stream = await framesOfStream(server.url(name), transport)
        t.diagnostic(`first frame after ${Math.round(stream.firstMs)} ms`)
        deepStrictEqual([stream.lostPackets, stream.broken], [0, 0])
        deepStrictEqual(stream.frames, await framesOfFile(clips[name].path))
        const isPrompt = (ms: number) => ms < promptMs
        const again = async () => (await framesOfStream(server.url(name), transport, 1)).firstMs
        const firstMs = isPrompt(stream.firstMs) ? [stream.firstMs] : await measuredAgain(again, isPrompt)
        ok(isPrompt(firstMs.at(-1)!), `the first frame took ${[stream.firstMs, ...firstMs]} ms`)
      })
    }
  }

  test('G3 pictures carry the wall time that its sender reports say', async () => {
    const isNear = (ms: number) => Math.abs(ms) < 2000
    const awayMs = await measuredAgain(async () => {
      await using connection = await connectTo(server.url('long'), 'tcp')
      for await (const { wallMs } of connection.units()) if (wallMs !== undefined) return Date.now() - wallMs
      throw new Error('No report came.')
    }, isNear)
    ok(isNear(awayMs.at(-1)!), `${awayMs} ms away`)
  })

  test('G4 twenty connections at once give every frame to each', async t => {
    const expected = await framesOfFile(clips.h264.path)
    const streams = await Promise.all(Array.from({ length: 20 }, () => framesOfStream(server.url('h264'), 'tcp')))
    t.diagnostic(`first frames after at most ${Math.round(Math.max(...streams.map(({ firstMs }) => firstMs)))} ms`)
    for (const { frames } of streams) deepStrictEqual(frames, expected)
  })
})

withServer('GStreamer with basic login', basic, server => logins(server))
withServer('GStreamer with digest login', digest, server => logins(server))

function logins(server: RtspServer): void {
  test('G5 the right name and password are let in', async () => {
    await using connection = await connectTo(server.url('h264', typed(login.password)), 'tcp')
    strictEqual((await connection.units().next()).done, false)
  })
  for (const [whose, given] of [
    ['a wrong password', typed('wrong')],
    ['no password', undefined]
  ] as const) {
    test(`G6 ${whose} is not`, async () => {
      await rejects(connectTo(server.url('h264', given), 'tcp'), coded('SL_INPUT_UNAUTHORISED'))
    })
  }
}

// It asks nobody on its own machine for a login.
withServer('go2rtc', go2rtc, server => {
  anyServer(server)
  for (const name of ['h264', 'bframes', 'h265'] as const) {
    test(`G7 ${name} gives the frames of its file from a key frame on`, async t => {
      // FFmpeg publishes once somebody looks, and again and again: what it sent before we were let in is gone.
      const stream = await framesOfStream(server.url(name), 'tcp', 15)
      t.diagnostic(`first frame after ${Math.round(stream.firstMs)} ms`)
      const expected = await framesOfFile(clips[name].path)
      const start = expected.indexOf(stream.frames[0]!)
      deepStrictEqual([start % 10, stream.frames], [0, expected.slice(start, start + 15)])
    })
  }

  test('G8 UDP, which it does not speak, is refused with the reason', async () => {
    await rejects(connectTo(server.url('h264'), 'udp'), coded('SL_INPUT_REFUSED'))
  })

  test('G9 twenty connections at once are all served', async () => {
    const connections = await Promise.all(Array.from({ length: 20 }, () => connectTo(server.url('long'), 'tcp')))
    const first = await Promise.all(connections.map(connection => connection.units().next()))
    for (const connection of connections) await connection[Symbol.asyncDispose]()
    ok(first.every(({ done }) => !done))
  })
})

for (const [name, start] of [
  ['GStreamer', startGStreamer],
  ['go2rtc', startGo2rtc]
] as const) {
  test(`G10 ${name} killed in the middle ends the units with an error`, async (t: TestContext) => {
    const server = await start({ long: clips.long })
    if (server.missing !== false) return t.skip(server.missing)
    await using _ = server
    await using connection = await connectTo(server.url('long'), 'tcp')
    const units = connection.units()
    strictEqual((await units.next()).done, false)
    await server.kill()
    await rejects(async () => {
      while (!(await units.next()).done);
    }, coded('SL_INPUT_NETWORK'))
  })
}
