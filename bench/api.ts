import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { dataFolder } from '../src/core/data-folder.ts'
import { openDatabase } from '../src/store/database.ts'
import { Requests } from './api-requests.ts'
import { ApiServer } from './api-server.ts'
import type { Benchmark, BenchmarkContext, Measured } from './benchmark.ts'
import { startCameras } from './camera-process.ts'
import { dayMs, entrances, firstDayMs, streamName } from './generated-events.ts'
import { servingScript } from './sightline.ts'
import { type Comparison, compare, median } from './statistics.ts'
import { layOutEvents } from './stored-events.ts'

const status = '/camera/status'
const cameraCount = 4
/** Until what was read at the start is let go. */
const settlingMs = 12_000

export const api: Benchmark = {
  name: 'api',
  about: 'median of GET /camera/status beside live streams ÷ a bare Fastify route with the same answer',
  limits: [
    { key: 'ratio', better: 'lower', must: 1.5, aim: 1.2 },
    { key: 'events_p99_ms', better: 'lower', must: 50 },
    { key: 'idle_mb', better: 'lower', must: 250 },
    { key: 'ready_s', better: 'lower', must: 2 }
  ],
  async run(context): Promise<Measured> {
    const { quick, folder, report } = context
    const data = join(folder, 'data')
    const plan = entrances(quick ? 50_000 : 1_000_000)
    const { store } = dataFolder(data)
    await mkdir(dirname(store), { recursive: true })
    {
      report(`laying out ${plan.events} events`)
      await using database = await openDatabase({ file: store })
      await layOutEvents(database, plan, report)
    }
    const empty = join(folder, 'empty')
    await ready(empty) // It was there before.
    const seconds: number[] = []
    for (let start = 0; start < (quick ? 2 : 7); start++) seconds.push(await ready(empty))
    const figures: Record<string, number> = { ready_s: median(seconds) }
    if (process.platform === 'linux') figures.idle_mb = await idleMegabytes(empty, report)
    else report('Memory is read on Linux only.')
    const { comparison, events } = await underWay(context, data, plan.days)
    return { comparison, figures: { ...events, ...figures } }
  }
}

async function ready(data: string): Promise<number> {
  await using server = new ApiServer(data)
  return (await server.ready()).seconds
}

async function idleMegabytes(data: string, report: (line: string) => void): Promise<number> {
  await using server = new ApiServer(data)
  await server.ready()
  await pause(settlingMs)
  const megabytes = server.megabytes()
  report(`idle: ${megabytes.toFixed(0)} MB`)
  return megabytes
}

async function underWay({ quick, clips, folder, report }: BenchmarkContext, data: string, days: number) {
  await using cameras = await startCameras(await clips.cams(), 10)
  const settings = join(folder, 'sightline.yaml')
  await writeFile(settings, JSON.stringify({ cameraApi: { allow: ['127.0.0.1'] } })) // What is JSON is YAML.
  await using server = new ApiServer(data, settings)
  const { url } = await server.ready()
  using ours = new Requests(url, 1)
  await begin(url, ours, cameras.port)
  const answer = await ours.ask(status)
  await using bareServer = await startBare(answer)
  using bare = new Requests(bareServer.url, 1)
  const comparison = await comparing(ours, bare, quick, report)
  using asking = new Requests(url, 50, await server.asAdmin(url))
  const paths = pages(days)
  await asking.atRate(paths, 200, 1)
  const times = (await asking.atRate(paths, 200, quick ? 2 : 30)).sort((one, other) => one - other)
  const at = (share: number) => times[Math.ceil(times.length * share) - 1]!
  const events = { events_p99_ms: at(0.99), events_p50_ms: at(0.5) }
  report(`events at 200 requests a second: 99 % within ${events.events_p99_ms.toFixed(1)} ms`)
  return { comparison, events }
}

/** Starts the cameras as their clients do, and waits until all are shown. */
async function begin(url: string, ours: Requests, port: number): Promise<void> {
  for (let camera = 0; camera < cameraCount; camera++) {
    const camera_id = `00000000-0000-4000-8000-${String(camera).padStart(12, '0')}`
    const answer = await fetch(`${url}/camera/start`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rtsp_link: `rtsp://127.0.0.1:${port}/cam/${camera}`, camera_id })
    })
    if (!answer.ok) throw new Error(`No camera was started: ${answer.status} ${await answer.text()}`)
  }
  const untilMs = performance.now() + 300_000
  for (;;) {
    const text = await ours.ask(status)
    const { active_cameras: active } = JSON.parse(text) as { active_cameras: { status: string; fps: number }[] }
    if (active.length === cameraCount && active.every(({ fps }) => fps > 0)) return
    if (performance.now() > untilMs) throw new Error(`The cameras did not come up: ${text}`)
    await pause(100)
  }
}

async function startBare(body: string): Promise<AsyncDisposable & { readonly url: string }> {
  const { command, args } = servingScript('bare', 'bare/api.ts', body)
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    url: `http://127.0.0.1:${String(port).trim()}`,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    }
  }
}

async function comparing(ours: Requests, bare: Requests, quick: boolean, report: (line: string) => void) {
  const [rounds, requests] = quick ? [5, 50] : [40, 100]
  const medians = { ours: [] as number[], bare: [] as number[] }
  for (let round = 1 - rounds / 5; round <= rounds; round++) {
    const each = {
      ours: median(await ours.inTurn(status, requests)),
      bare: median(await bare.inTurn(status, requests))
    }
    if (round < 1) continue // Code is compiled.
    medians.ours.push(each.ours)
    medians.bare.push(each.bare)
    if (round % 5 === 0) report(`${round}/${rounds}: ours ${each.ours.toFixed(3)}, bare ${each.bare.toFixed(3)} ms`)
  }
  const comparison: Comparison = compare(medians.ours, medians.bare)
  return comparison
}

/** Pages of events as people and programs ask for them: what is new, and what was at some time. */
function pages(days: number): readonly string[] {
  return Array.from({ length: 200 }, (_, index) => {
    const fromMs = firstDayMs + ((index * 7) % Math.max(1, Math.floor(days))) * dayMs + (8 + (index % 11)) * 3_600_000
    const stream = streamName(index % 20)
    const asked = [
      'limit=50',
      `limit=50&stream=${stream}`,
      `limit=50&stream=${stream}&kind=line-crossed`,
      `limit=50&order=oldest&stream=${stream}&fromMs=${fromMs}&toMs=${fromMs + 3_600_000}`
    ]
    return `/api/v1/events?${asked[index % asked.length]}`
  })
}
