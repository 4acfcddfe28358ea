import { setTimeout as delay } from 'node:timers/promises'
import { startServer } from '../src/api/server.ts'
import { letIn } from '../test/support/let-in.ts'
import { LiveHouse } from '../test/support/live-house.ts'

// From a picture to its boxes at a client of the live socket: `ours-latency.ts CLIP STREAMS FPS SECONDS`.

const [clip = '', ...numbers] = process.argv.slice(2)
const [count, fps, seconds] = numbers.map(Number) as [number, number, number]
await using house = await LiveHouse.open()
const { live } = house
await using server = await startServer({
  callers: letIn(),
  host: '127.0.0.1',
  port: 0,
  health: live,
  routes: routed => live.routes(routed, () => 0)
})

const baseMs = new Map<string, number>()
let latencies: number[] = []
const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/live`)
socket.onopen = () => socket.send(JSON.stringify({ type: 'subscribe', kinds: ['tracks', 'state'] }))
socket.onmessage = ({ data }) => {
  const nowMs = performance.timeOrigin + performance.now()
  const message = JSON.parse(data)
  if (message.type === 'state' && message.state === 'up') baseMs.set(message.stream, message.baseMs)
  if (message.type !== 'tracks') return
  const base = baseMs.get(message.stream)
  // A file's pictures are in hand when their time has come: what its timer is late by counts, too.
  if (base !== undefined) latencies.push(nowMs - base - message.ptsMs)
}

const streams: Record<string, { source: string; tracker: 'byte'; maxFps: number; gate: false }> = {}
const beginMs = performance.now()
for (let index = 0; index < count; index++) {
  // Cameras are not in step. Those that are set while the first one's worker starts would begin together.
  const intervalMs = 1000 / fps
  const aheadMs = (index * intervalMs) / count - ((performance.now() - beginMs) % intervalMs)
  await delay(aheadMs < 0 ? aheadMs + intervalMs : aheadMs)
  const name = `cam-${index}`
  streams[name] = { source: clip, tracker: 'byte', maxFps: fps, gate: false }
  house.set({ ...streams })
  await house.until(name, ({ state }) => state === 'up', 120_000)
}
await delay(3000)
let [before, after] = await stretch()
// A machine that stands still for so long says nothing of us.
if (latencies.length === 0) [before, after] = await stretch()
if (latencies.length === 0) throw new Error(`No boxes came in ${seconds} s, twice.`)
latencies.sort((a, b) => a - b)
const at = (share: number) => latencies[Math.ceil(latencies.length * share) - 1]
process.stdout.write(
  `${JSON.stringify({
    p99Ms: at(0.99),
    p50Ms: at(0.5),
    modelMs: (1000 * (after.sum - before.sum)) / (after.count - before.count),
    messages: latencies.length
  })}\n`
)
socket.close()

/** What was detected before and after some seconds whose latencies count. */
async function stretch() {
  latencies = []
  const before = detection()
  await delay(seconds * 1000)
  return [before, detection()] as const
}

function detection(): { sum: number; count: number } {
  const all = [...live.streams.figures().values()].flatMap(({ figures }) => figures?.stageSeconds.detect ?? [])
  return { sum: all.reduce((sum, each) => sum + each.sum, 0), count: all.reduce((sum, each) => sum + each.count, 0) }
}
