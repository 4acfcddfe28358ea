import { setTimeout as delay } from 'node:timers/promises'
import { LiveHouse } from '../test/support/live-house.ts'
import { cpuSpent } from './process-cpu.ts'
import { residentBytes } from './process-memory.ts'

// Hosts cameras as `sightline serve` does, and says what they cost once all are up: `ours-cameras.ts PORT COUNT WARM_UP SECONDS`.

const [port, count, warmUp, seconds] = process.argv.slice(2).map(Number) as [number, number, number, number]
await using house = await LiveHouse.open()
const { streams, hub } = house.live
const cameras = Array.from({ length: count }, (_, index) => [`cam-${index}`, `rtsp://127.0.0.1:${port}/cam/${index}`])

const begunMs = performance.now()
const firstMs = new Map<string, number>()
const forward = hub.tracks.bind(hub)
hub.tracks = (stream, text) => {
  if (!firstMs.has(stream)) firstMs.set(stream, performance.now() - begunMs)
  forward(stream, text)
}

/** What the processes of one camera take: the rest of them grows with the number of cameras. */
await hosted(1)
await house.until('cam-0', ({ state }) => state === 'up', 120_000)
await delay(2000)
const oneBytes = residentBytes(process.pid)!
firstMs.clear()
const allMs = performance.now() - begunMs
await hosted(count)
await house.eventually('all cameras', () => (firstMs.size === count ? true : undefined), 90_000).catch(() => undefined)
for (const [name] of cameras) streams.watchTracks(name!, false)
await delay(warmUp * 1000)

const pids = ['self' as const, ...streams.workers.map(({ pid }) => pid!)]
const before = cpuSpent(pids)
const framesBefore = frames()
await delay(seconds * 1000)
const after = cpuSpent(pids)
const results = [...firstMs.values()].map(ms => ms - allMs).sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({
    cpuSeconds: after.otherSeconds - before.otherSeconds,
    inferenceSeconds: after.inferenceSeconds - before.inferenceSeconds,
    frames: frames() - framesBefore,
    connected: streams.states().filter(({ state }) => state === 'up').length,
    // A camera that had none comes last.
    firstResultP95Ms: results[Math.ceil(count * 0.95) - 1] ?? null,
    mbPerCamera: (residentBytes(process.pid)! - oneBytes) / 2 ** 20 / (count - 1)
  })}\n`
)

async function hosted(some: number): Promise<void> {
  house.set(
    Object.fromEntries(
      cameras.slice(0, some).map(([name, source]) => [name!, { source: source!, tracker: 'byte' as const }])
    )
  )
  for (const [name] of cameras.slice(0, some)) streams.watchTracks(name!, true)
}

/** Frames of all cameras so far, whatever became of them. */
function frames(): number {
  return [...streams.figures().values()]
    .flatMap(({ figures }) => Object.values(figures?.frames ?? {}))
    .reduce((sum, value) => sum + value, 0)
}
