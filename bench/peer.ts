import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { alternate, wall } from './alternate.ts'
import type { Benchmark, BenchmarkContext, Measured } from './benchmark.ts'
import { openPython } from './peers/python.ts'
import { analyze, expectFrames, framesOf, modelPath } from './sightline.ts'
import { compare, median } from './statistics.ts'
import { readTrackBoxes, trackShare } from './track-share.ts'

export const peer: Benchmark = {
  name: 'peer',
  about: 'fps of analyze(walk) ÷ a Python loop of OpenCV, onnxruntime, numpy and supervision; whole processes',
  limits: [
    { key: 'ratio', better: 'higher', must: 1.5, aim: 1.8 },
    { key: 'gated', better: 'higher', must: 4, aim: 8 },
    { key: 'gated_share', better: 'higher', must: 0.97 }
  ],
  async run(context): Promise<Measured> {
    const python = await openPython(context.report)
    if (!python) return { figures: {} }
    const model = await modelPath()
    const tracks = join(context.folder, 'peer-tracks.txt')
    const theirs = (clip: string) => python('python', 'analyze.py', clip, model, tracks)

    const walk = await raceOn(await context.clips.walk(), [], theirs, context)
    const still = await raceOn(await context.clips.still(), ['--every', 'auto'], theirs, context)
    const reference = readTrackBoxes(await readFile(tracks, 'utf8'))
    const ours = readTrackBoxes(await readFile(join(context.folder, 'out/tracks.txt'), 'utf8'))
    if (reference.length === 0) throw new Error('The peer tracked nothing on still: gated_share would mean nothing.')
    return {
      comparison: walk.comparison,
      figures: {
        fps: walk.fps,
        loop: walk.loop,
        gated: still.comparison.ratio,
        gated_fps: still.fps,
        gated_share: trackShare(reference, ours, 0.5)
      }
    }
  }
}

type Theirs = (clip: string) => Parameters<typeof alternate>[0][string]

/** Both over one clip. Leaves the results of the last round in the context's folder. */
async function raceOn(
  clip: string,
  options: readonly string[],
  theirs: Theirs,
  { folder, alternation }: BenchmarkContext
) {
  const runs = await alternate(
    { ours: analyze(clip, join(folder, 'out'), ...options), theirs: theirs(clip) },
    alternation
  )
  const frames = framesOf(runs.theirs[0]!.stdout)
  expectFrames(frames, runs.ours)
  const loops = runs.ours.map(({ stdout }, round) => {
    const { fps } = JSON.parse(stdout) as { fps: number }
    const { loop_seconds: seconds } = JSON.parse(runs.theirs[round]!.stdout) as { loop_seconds: number }
    return fps / (frames / seconds)
  })
  return {
    comparison: compare(wall(runs.theirs), wall(runs.ours)),
    fps: frames / median(wall(runs.ours)),
    loop: median(loops)
  }
}
