import { setTimeout as delay } from 'node:timers/promises'
import { LiveHouse } from '../test/support/live-house.ts'
import { cpuSpent } from './process-cpu.ts'

// Plays a clip in a loop as a camera, with the gate or without, and says what that takes once the stream is known:
// `ours-idle.ts CLIP gated|all WARM_UP SECONDS`.

const [clip = '', gate, warmUp, seconds] = process.argv.slice(2)
await using house = await LiveHouse.open()
const { streams } = house.live
house.set({ still: { source: clip, tracker: 'byte', gate: gate === 'gated' } })
await house.until('still', ({ state }) => state === 'up', 120_000)
const pids = ['self' as const, ...streams.workers.map(({ pid }) => pid!)]
await delay(Number(warmUp) * 1000)
const before = cpuSpent(pids)
const framesBefore = framesOf()
await delay(Number(seconds) * 1000)
const after = cpuSpent(pids)
const frames = framesOf()
await house.live[Symbol.asyncDispose]()
const told = await house.eventually('the end', async () => {
  const rows = await house.storage.database.sql
    .selectFrom('events')
    .select(['kind', 'track_id', 'pts_ms'])
    .where('kind', 'in', ['track-started', 'track-ended', 'stream-down'])
    .execute()
  return rows.some(({ kind }) => kind === 'stream-down') ? rows : undefined
})
const lives = told
  .filter(({ kind }) => kind === 'track-started')
  .map(({ track_id: id, pts_ms: from }) => {
    const end = told.find(({ kind, track_id: of }) => kind === 'track-ended' && of === id)
    return [from, end?.pts_ms ?? Number.POSITIVE_INFINITY]
  })
process.stdout.write(
  `${JSON.stringify({
    cpuSeconds: after.otherSeconds + after.inferenceSeconds - before.otherSeconds - before.inferenceSeconds,
    frames: frames.all - framesBefore.all,
    analysed: frames.analysed - framesBefore.analysed,
    lives
  })}\n`
)

function framesOf(): { readonly all: number; readonly analysed: number } {
  const frames = streams.figures().get('still')?.figures?.frames ?? {}
  return { all: Object.values(frames).reduce((sum, value) => sum + value, 0), analysed: frames.analysed ?? 0 }
}
