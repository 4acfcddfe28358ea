import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { VideoMessage } from '../../../src/contract/video-view.ts'
import { type ViewerSocket, viewFragments } from '../../../src/live/views/fragment-socket.ts'
import { FragmentMuxer } from '../../../src/media/fragments.ts'
import { FileSource } from '../../../src/media/sources/file-source.ts'
import { realClip } from '../../support/material.ts'
import { readAll } from '../../support/read-all.ts'
import { relayedClip } from '../../support/relayed-clip.ts'
import { type Script, ScriptedFeeds } from '../../support/scripted-feeds.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A viewer's end of a connection. `takes` false keeps what is sent waiting. */
class ScriptedSocket implements ViewerSocket {
  readonly messages: VideoMessage[] = []
  readonly binary: Buffer[] = []
  closed: string | undefined
  bufferedAmount = 0
  takes = true

  send(data: string | Buffer): void {
    if (typeof data === 'string') this.messages.push(JSON.parse(data) as VideoMessage)
    else this.binary.push(data)
    if (!this.takes) this.bufferedAmount += data.length
  }

  close(code: number, reason: string): void {
    this.closed ??= `${code} ${reason}`
  }

  take(): void {
    this.takes = true
    this.bufferedAmount = 0
  }

  /** What was said, but for states. */
  said(): readonly object[] {
    return this.messages.filter(({ type }) => type !== 'state')
  }
}

interface Trial {
  readonly script: Script
  /** Called before each unit, with the time that it is then. */
  readonly before?: (index: number, socket: ScriptedSocket) => void
  /** Between units. */
  readonly stepMs?: number
  readonly stream?: string
}

async function view({ script, before, stepMs = 40, stream = 'door' }: Trial) {
  const feeds = new ScriptedFeeds()
  const socket = new ScriptedSocket()
  let nowMs = 0
  let skipped = 0
  const units = script.units
  async function* paced(signal: AbortSignal) {
    let index = 0
    for await (const unit of units?.(signal) ?? []) {
      nowMs += stepMs
      before?.(index++, socket)
      yield unit
    }
  }
  feeds.set('door', { ...script, units: paced })
  const signal = new AbortController().signal
  const count = () => void skipped++
  const parts = { feeds, muxer: new FragmentMuxer(), signal, now: () => nowMs, skipped: count }
  await viewFragments({ stream, socket, ...parts })
  return { socket, feeds, skipped }
}

async function playedTimes(socket: ScriptedSocket): Promise<number[]> {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'fragments.mp4')
  await writeFile(path, Buffer.concat(socket.binary))
  return (await readAll(path)).frames.map(({ ptsMs }) => Math.round(ptsMs))
}

const steady = (count: number) => [...Array(count).keys()].map(i => i * 40)

const units = await relayedClip('h264', { frames: 60, gop: 10 })
async function* all() {
  yield* units
}

test('F1 a viewer hears the state, what is coming and from when on, and gets what plays', async () => {
  const { socket } = await view({ script: { units: all } })
  const init = { width: 160, height: 120, epoch: 1, fromMediaMs: 0, ptsOffsetMs: 0 }
  deepStrictEqual(socket.messages, [
    { type: 'state', stream: 'door', title: 'door', state: 'up', sinceMs: 0 },
    { type: 'init', mime: 'video/mp4; codecs="avc1.42c00b"', ...init }
  ])
  deepStrictEqual(await playedTimes(socket), steady(60))
})

test('F2 the end of the stream closes the connection', async () => {
  strictEqual((await view({ script: { units: all } })).socket.closed, '1000 The stream is not there any more.')
})

test('F3 who is slow gets nothing up to a key frame, once more is taken, and plays on', async () => {
  const { socket, feeds, skipped } = await view({
    script: { units: all },
    before(index, viewer) {
      if (index === 3) viewer.takes = false
      if (index === 41) viewer.take()
    }
  })
  // The third picture waits; a second later, the 29th is the first to be left out, and the 51st is the next key frame.
  strictEqual(skipped, 50 - 29)
  strictEqual(socket.binary.length, 1 + 60 - skipped)
  deepStrictEqual(await playedTimes(socket), steady(60 - skipped))
  deepStrictEqual(socket.said().at(-1), {
    ...{ type: 'offset', epoch: 1, fromMediaMs: 29 * 40, ptsOffsetMs: skipped * 40 }
  })
  deepStrictEqual(feeds.wantedKeys, ['door'])
})

test('F4 who takes nothing for 10 s is closed', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let given = 0
  async function* endless() {
    for (;;) {
      given++
      yield units[0]!
      t.mock.timers.tick(1000)
    }
  }
  const { socket } = await view({
    script: { units: endless },
    stepMs: 1000,
    before(_, viewer) {
      viewer.takes = false
    }
  })
  ok(socket.closed?.startsWith('4408'), socket.closed)
  ok(given >= 11 && given <= 13, `${given} s`)
  ok(socket.binary.length <= 4)
})

test('F5 a stream that is not there is refused with its code', async () => {
  const { socket } = await view({ script: {}, stream: 'window' })
  deepStrictEqual(
    socket.said().map(message => (message as { code?: string }).code),
    ['SL_STREAM_UNKNOWN']
  )
  ok(socket.closed?.startsWith('4404'))
})

test('F6 what was not foreseen says nothing of the inside', async () => {
  // biome-ignore lint/correctness/useYield: it fails before.
  async function* failing(): AsyncGenerator<never> {
    throw new Error('password')
  }
  const { socket } = await view({ script: { units: failing } })
  deepStrictEqual(
    [socket.said(), socket.closed],
    [[{ type: 'error', code: 'SL_INTERNAL', message: 'Something unforeseen happened.' }], '1011 SL_INTERNAL']
  )
})

test('F7 another epoch and another size are said before their pictures', async () => {
  const second = await relayedClip('h264', { epoch: 2, width: 320, height: 240 })
  async function* two() {
    yield* units.slice(0, 10)
    yield* second
  }
  const { socket } = await view({ script: { units: two } })
  const [, init] = socket.said() as { type: string; width: number; epoch: number; fromMediaMs: number }[]
  deepStrictEqual([init?.type, init?.width, init?.epoch, init?.fromMediaMs], ['init', 320, 2, 400])
})

test('F8 a format that came with a picture that was left out is not lost', async () => {
  const larger = await relayedClip('h264', { width: 320, height: 240, fromMs: 1600, frames: 20, gop: 10 })
  async function* two() {
    yield* units.slice(0, 40)
    yield* larger
  }
  const { socket } = await view({
    script: { units: two },
    before(index, viewer) {
      if (index === 3) viewer.takes = false
      if (index === 42) viewer.take()
    }
  })
  strictEqual((socket.said().at(-1) as { width?: number }).width, 320)
})

test('F9 a state that changes is said', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const feeds = new ScriptedFeeds()
  const socket = new ScriptedSocket()
  const gone = new AbortController()
  async function* dark(signal: AbortSignal): AsyncGenerator<never> {
    await new Promise(resolve => signal.addEventListener('abort', resolve))
  }
  feeds.set('door', { units: dark })
  const viewing = viewFragments({ stream: 'door', socket, feeds, muxer: new FragmentMuxer(), signal: gone.signal })
  t.mock.timers.tick(1000)
  feeds.set('door', { units: dark, state: { state: 'waiting', code: 'SL_INPUT_ENDED' } })
  t.mock.timers.tick(3000)
  gone.abort()
  await viewing
  deepStrictEqual(
    socket.messages.map(message => (message as { state?: string }).state),
    ['up', 'waiting']
  )
  strictEqual(socket.closed, undefined)
})

const real = realClip('videos/intel_car-detection.mp4')
test('F10 a real clip in real time plays as far as it came when the connection broke', {
  skip: real.skip
}, async () => {
  const gone = new AbortController()
  await using source = await new FileSource(real.path).connect(gone.signal)
  async function* relayed() {
    const format = { ...source.format, width: 768, height: 432 }
    for await (const { data, isKey, sourceMs: ptsMs } of source.units())
      yield { data, isKey, ptsMs, epoch: 1, ...(isKey && { format }) }
  }
  const feeds = new ScriptedFeeds()
  const socket = new ScriptedSocket()
  feeds.set('door', { units: relayed })
  const viewing = viewFragments({ stream: 'door', socket, feeds, muxer: new FragmentMuxer(), signal: gone.signal })
  while (socket.binary.length < 26) await new Promise(setImmediate)
  gone.abort()
  await viewing
  deepStrictEqual((await playedTimes(socket)).length, socket.binary.length - 1)
})
