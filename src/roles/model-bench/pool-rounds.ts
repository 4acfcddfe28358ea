import type { SessionPool } from '../../vision/session-pool.ts'

/** Frames under way for each session, so that none waits. */
const underWay = 2
/** The times of at least so many frames, however long they take. */
const leastFrames = 3

export interface PoolRound {
  /** Of one frame after the other, the middle one. */
  readonly ms: number
  /** Of as many at once as there are sessions, and places in their batches, for. */
  readonly fps: number
}

/** An open model with the size of its pictures. */
export interface MeasuredPool {
  readonly pool: SessionPool
  readonly width: number
  readonly height: number
}

/** Runs a model for about so long with one frame at a time, and as long with all its sessions. @throws SL_MODEL_RUN_FAILED */
export async function poolRound(measured: MeasuredPool, milliseconds: number): Promise<PoolRound> {
  const { pool } = measured
  const times: number[] = []
  for (const endMs = performance.now() + milliseconds; performance.now() < endMs || times.length < leastFrames; )
    times.push(await oneFrame(measured))
  const startedMs = performance.now()
  let frames = 0
  const endMs = startedMs + milliseconds
  const run = async () => {
    do {
      await oneFrame(measured)
      frames++
    } while (performance.now() < endMs)
  }
  await Promise.all(Array.from({ length: pool.concurrency * pool.batch * underWay }, run))
  const fps = (frames * 1000) / (performance.now() - startedMs)
  times.sort((a, b) => a - b)
  return { ms: times[times.length >> 1]!, fps }
}

/** What a model takes does hardly depend on what it sees. */
async function oneFrame({ pool, width, height }: MeasuredPool): Promise<number> {
  const slot = await pool.acquire()
  if (slot.pixels[1] === slot.pixels[2]) slot.pixels.forEach((_, at, pixels) => void (pixels[at] = (at * 31) % 251))
  const startedMs = performance.now()
  await pool.run(slot, { left: 0, top: 0, width, height })
  return performance.now() - startedMs
}
