// A process with one model in it, so that its memory is the model's: opened once, then run whenever the other side says.
import { SightlineError } from '../../core/errors.ts'
import type { Fit } from '../../core/fit.ts'
import { openPool } from '../../vision/open-pool.ts'
import type { SessionPool } from '../../vision/session-pool.ts'
import { pixelRequest } from '../../vision/session-task.ts'
import type { FromBench, ToBench } from './bench-messages.ts'

/** Frames under way for each session, so that none waits. */
const underWay = 2
/** The times of at least so many frames, however long they take. */
const leastFrames = 3

const before = process.memoryUsage.rss()
let opened: { readonly pool: SessionPool; readonly whole: Fit } | undefined

async function open({ task, model: options }: Extract<ToBench, { type: 'open' }>): Promise<FromBench> {
  const { model, pool } = await openPool(options, task === 'face' ? 'detect' : task)
  const { width, height } = pixelRequest(model.input)
  opened = { pool, whole: { left: 0, top: 0, width, height } }
  return { type: 'opened', provider: pool.provider, threads: pool.concurrency, width, height }
}

async function round(milliseconds: number): Promise<FromBench> {
  const { pool } = opened!
  const times: number[] = []
  for (const endMs = performance.now() + milliseconds; performance.now() < endMs || times.length < leastFrames; )
    times.push(await oneFrame())
  const startedMs = performance.now()
  let frames = 0
  const endMs = startedMs + milliseconds
  const run = async () => {
    do {
      await oneFrame()
      frames++
    } while (performance.now() < endMs)
  }
  await Promise.all(Array.from({ length: pool.concurrency * pool.batch * underWay }, run))
  const fps = (frames * 1000) / (performance.now() - startedMs)
  times.sort((a, b) => a - b)
  return { type: 'round', ms: times[times.length >> 1]!, fps, memoryBytes: process.memoryUsage.rss() - before }
}

/** What a model takes does hardly depend on what it sees. */
async function oneFrame(): Promise<number> {
  const { pool, whole } = opened!
  const slot = await pool.acquire()
  if (slot.pixels[1] === slot.pixels[2]) slot.pixels.forEach((_, at, pixels) => void (pixels[at] = (at * 31) % 251))
  const startedMs = performance.now()
  await pool.run(slot, whole)
  return performance.now() - startedMs
}

function failure(error: unknown): FromBench {
  const { code, message } = error instanceof SightlineError ? error : { code: 'SL_INTERNAL', message: String(error) }
  return { type: 'failed', code, message }
}

// A Ctrl-C at the terminal is for the other side, whose end is this one's.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit())
process.on('message', (message: ToBench) => {
  const answer = message.type === 'open' ? open(message) : round(message.milliseconds)
  void answer.catch(failure).then(told => process.send!(told))
})
