import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from './benchmark.ts'
import { residentBytes } from './process-memory.ts'
import type { Program } from './program.ts'
import { analyze } from './sightline.ts'
import { robustSlope } from './statistics.ts'

/** Until this share of the run is over, models are opened and code is compiled. */
const warmupShare = 0.1
/**
 * Pools and caches fill in steps, each when something first takes as long or comes as thick as never before. What
 * leaks, leaks in the second half of an hour as in the first.
 */
const slopeFromShare = 0.5

const sampleEveryMs = 1000

export const memory: Benchmark = {
  name: 'memory',
  about: 'resident memory of analyze over an hour of hd; the slope is that of its second half, per hour of video',
  limits: [
    { key: 'rss_mb', better: 'lower', must: 400 },
    { key: 'slope_mb_h', better: 'lower', must: 5 }
  ],
  async run({ clips, folder, quick, report }) {
    if (process.platform !== 'linux') {
      report('Memory is measured on Linux only.')
      return { figures: {} }
    }
    const seconds = quick ? 120 : 3600
    const clip = join(folder, 'hour.mp4')
    await clips.longHd(clip, seconds)
    return { figures: memoryFigures(await sampleMemory(analyze(clip, join(folder, 'out')), report), seconds / 3600) }
  }
}

/** Resident bytes and when they were read. */
export interface MemorySample {
  readonly atMs: number
  readonly bytes: number
}

/**
 * Megabytes (10⁶) at the highest after warm-up, and by how much they grow in an hour of video, taken from the second
 * half. The analysis goes through the video at an even pace, so a share of the run is the same share of the video.
 */
export function memoryFigures(samples: readonly MemorySample[], videoHours: number) {
  const endMs = samples.at(-1)?.atMs ?? 0
  const warm = samples.filter(({ atMs }) => atMs >= endMs * warmupShare)
  const settled = samples.filter(({ atMs }) => atMs >= endMs * slopeFromShare)
  const hours = settled.map(({ atMs }) => (atMs / endMs) * videoHours)
  const megabytes = (some: readonly MemorySample[]) => some.map(({ bytes }) => bytes / 1e6)
  return { rss_mb: Math.max(...megabytes(warm)), slope_mb_h: robustSlope(hours, megabytes(settled)) }
}

/** Runs a program to its end and reads its memory all the time, its children's too. Linux only. */
export async function sampleMemory(
  { name, command, args }: Program,
  report: (line: string) => void
): Promise<MemorySample[]> {
  const startedMs = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const samples: MemorySample[] = []
  const ended = once(child, 'close')
  const over = ended.then(() => true)
  while (!(await Promise.race([over, delay(sampleEveryMs, false)]))) {
    const bytes = residentBytes(child.pid!)
    if (bytes === undefined) break
    samples.push({ atMs: performance.now() - startedMs, bytes })
    if (samples.length % 30 === 0) report(`${samples.length} s: ${(bytes / 1e6).toFixed(0)} MB`)
  }
  const [status] = await ended
  if (status !== 0) throw new Error(`${name} ended with status ${status}.`)
  return samples
}
