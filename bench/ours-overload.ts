import { setTimeout as delay } from 'node:timers/promises'
import { LiveHouse } from '../test/support/live-house.ts'

// How old results are, and how evenly streams get them: `ours-overload.ts PORT STREAMS SECONDS`.

const [port, count, seconds] = process.argv.slice(2).map(Number) as [number, number, number]
await using house = await LiveHouse.open()
const { streams, hub } = house.live
let ages: number[] = []
hub.tracks = (_stream, text) => {
  ages.push((JSON.parse(String(text)) as { delayMs: number }).delayMs)
}
const names = Array.from({ length: count }, (_, index) => `cam-${index}`)
house.set(
  Object.fromEntries(
    names.map((name, index) => [
      name,
      { source: `rtsp://127.0.0.1:${port}/cam/${index}`, tracker: 'byte' as const, gate: false as const }
    ])
  )
)
for (const name of names) {
  streams.watchTracks(name, true)
  await house.until(name, ({ state }) => state === 'up', 120_000)
}
await delay(3000)
let done = await stretch()
// A machine that stands still for so long says nothing of us.
if (ages.length === 0) done = await stretch()
if (ages.length === 0) throw new Error(`No results came in ${seconds} s, twice.`)
const mean = done.reduce((sum, frames) => sum + frames, 0) / count
ages.sort((a, b) => a - b)
process.stdout.write(
  `${JSON.stringify({
    p99Ms: ages[Math.ceil(ages.length * 0.99) - 1],
    fairness: Math.min(...done) / mean,
    perSecond: (mean * count) / seconds
  })}\n`
)

/** Frames of each that were looked at within some seconds whose ages count. */
async function stretch(): Promise<readonly number[]> {
  ages = []
  const before = analysed()
  await delay(seconds * 1000)
  return analysed().map((frames, index) => frames - before[index]!)
}

function analysed(): number[] {
  return names.map(name => streams.figures().get(name)?.figures?.frames.analysed ?? 0)
}
