import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { DirectDialler } from '../../src/media/sources/direct-dialler.ts'
import { openSource } from '../../src/media/sources/open-source.ts'
import { makeClip } from '../support/make-clip.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { installed } from './debian-packages.ts'
import { startFolderServer } from './folder-server.ts'
import { type ServedClip, startGo2rtc } from './rtsp-servers.ts'

const folder = await mkdtemp(join(tmpdir(), 'sightline-http-'))

async function clip(name: string, codec: ServedClip['codec']): Promise<ServedClip> {
  const path = join(folder, `${name}.mkv`)
  const options = { width: 320, height: 240, frames: 250, gop: 10, fps: 25 }
  if (codec === 'jpeg') await makeClip(path, { ...options, codec: 'mjpeg', encoderOptions: { huffman: 'default' } })
  else await makeClip(path, { ...options, codec })
  return { path, codec }
}

const clips = { h264: await clip('h264', 'h264'), h265: await clip('h265', 'h265'), jpeg: await clip('jpeg', 'jpeg') }
const missing = installed(['ffmpeg'], () => spawnSync('ffmpeg', ['-version']).status === 0)
const go2rtc = await startGo2rtc(clips)
after(() => rm(folder, { recursive: true, force: true }))

interface Watched {
  readonly description: string
  readonly size: string
  readonly firstMs: number
  /** Media time of the frames, from the first one on. */
  readonly times: readonly number[]
  readonly broken: number
}

async function watch(url: string, most: number): Promise<Watched> {
  const begun = performance.now()
  const source = openSource({ url }, { dialler: options => new DirectDialler(options) })
  await using connection = await source.connect(AbortSignal.timeout(20_000))
  await using decoder = new LiveDecoder(connection.format)
  const times: number[] = []
  let size = ''
  let firstMs = 0
  for await (const { frame } of decoder.frames(connection.units())) {
    using picture = frame
    firstMs ||= performance.now() - begun
    size = `${picture.width}x${picture.height}`
    if (times.push(picture.ptsMs) >= most) break
  }
  return { description: connection.description, size, firstMs, times, broken: decoder.counters.broken }
}

if (go2rtc.missing !== false) describe('go2rtc over HTTP', { skip: go2rtc.missing }, () => undefined)
else {
  after(() => go2rtc[Symbol.asyncDispose]())
  describe('go2rtc over HTTP', { concurrency: 2 }, () => {
    for (const [name, form, description] of [
      ['h264', 'stream.mp4', 'HTTP, H.264'],
      ['h265', 'stream.mp4', 'HTTP, H.265'],
      ['h264', 'stream.ts', 'HTTP, H.264'],
      ['h264', 'stream.flv', 'HTTP, H.264'],
      ['h264', 'stream.m3u8', 'HLS, H.264'],
      ['jpeg', 'stream.mjpeg', 'motion JPEG over HTTP'],
      ['jpeg', 'frame.jpeg', 'polled, motion JPEG']
    ] as const) {
      test(`W1 ${name} as ${form} is told apart by its answer, and watched`, async t => {
        const most = form === 'frame.jpeg' ? 2 : 30
        const isPrompt = ({ firstMs }: Watched) => firstMs < 6000
        const all = await measuredAgain(() => watch(go2rtc.httpUrl(name, form), most), isPrompt, 3)
        const firstMs = all.map(watched => Math.round(watched.firstMs))
        t.diagnostic(`first frame after ${firstMs} ms`)
        for (const { description: told, size, times } of all)
          deepStrictEqual([told, size, times.length], [description, '320x240', most])
        ok(isPrompt(all.at(-1)!), `the first frame took ${firstMs} ms`)
      })
    }
  })
}

/** FFmpeg writes a live playlist into a folder, which a server of ours shows; the arguments say how. */
async function publish(place: string, input: string, how: readonly string[]) {
  const list = join(place, 'live.m3u8')
  const common = ['-v', 'error', '-re', '-stream_loop', '-1', '-i', input, '-c', 'copy', '-f', 'hls', '-hls_time', '1']
  const program = spawn('ffmpeg', [...common, '-hls_list_size', '4', ...how, list], { cwd: place, stdio: 'ignore' })
  const ended = once(program, 'exit')
  while (!(await readdir(place)).includes('live.m3u8')) {
    ok(program.exitCode === null, 'FFmpeg did not begin.')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return {
    async [Symbol.asyncDispose]() {
      program.kill('SIGKILL')
      await ended
    }
  }
}

describe('FFmpeg as publisher of HLS', { skip: missing?.missing ?? false, concurrency: 4 }, () => {
  const key = Buffer.alloc(16, 3)
  for (const [what, name, how] of [
    ['transport streams', 'h264', ['-hls_flags', 'delete_segments+program_date_time']],
    ['fragmented MP4', 'h264', ['-hls_flags', 'delete_segments', '-hls_segment_type', 'fmp4']],
    ['fragmented MP4 of H.265', 'h265', ['-hls_flags', 'delete_segments', '-hls_segment_type', 'fmp4']],
    ['parts of one file', 'h264', ['-hls_flags', 'single_file']],
    ['encrypted segments', 'h264', ['-hls_flags', 'delete_segments', '-hls_key_info_file', 'key-info']]
  ] as const) {
    test(`W2 ${what} are watched without a gap`, async t => {
      const place = await mkdtemp(join(folder, 'hls-'))
      await writeFile(join(place, 'the-key'), key)
      await writeFile(join(place, 'key-info'), `the-key\n${join(place, 'the-key')}\n`)
      await using server = await startFolderServer(place)
      await using _ = await publish(place, clips[name].path, how)
      const watched = await watch(`${server.url}live.m3u8`, 100)
      t.diagnostic(`first frame after ${Math.round(watched.firstMs)} ms`)
      deepStrictEqual([watched.size, watched.broken], ['320x240', 0])
      const steps = watched.times.slice(1).map((time, index) => time - watched.times[index]!)
      deepStrictEqual(
        steps.filter(step => step !== 40),
        []
      )
    })
  }
})

test('W3 FFmpeg as a server of a transport stream without an end', { skip: missing?.missing ?? false }, async t => {
  await using server = await startFolderServer(folder)
  const input = ['-re', '-stream_loop', '-1', '-i', clips.h264.path]
  const firstMs = async () => {
    const program = spawn('ffmpeg', ['-v', 'error', ...input, '-c', 'copy', '-f', 'mpegts', 'pipe:1'], {
      stdio: ['ignore', 'pipe', 'ignore']
    })
    server.pipe('live.ts', program.stdout)
    try {
      const watched = await watch(`${server.url}live.ts`, 50)
      strictEqual(watched.broken, 0)
      return Math.round(watched.firstMs)
    } finally {
      program.kill('SIGKILL')
    }
  }
  const isPrompt = (ms: number) => ms < 3000
  const all = await measuredAgain(firstMs, isPrompt, 3)
  t.diagnostic(`first frame after ${all} ms`)
  ok(isPrompt(all.at(-1)!), `the first frame took ${all} ms`)
})
