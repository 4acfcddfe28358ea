import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readMotFile, sequencesIn } from '../src/commands/mot-files.ts'
import { madeResults, madeTruth } from '../test/evaluation/made-results.ts'

const truthFile = join('gt', 'gt.txt')
const madeSequences = 19
const madeFrames = 600

export interface ScoredSequences {
  /** All ground truth together, and the results for it. */
  readonly gt: string
  readonly results: string
  /** The same ground truth by benchmark, as FOLDER:BENCHMARK. */
  readonly byBenchmark: readonly string[]
}

/**
 * Lays the sequences of `clips`/mot out in `folder`, with results made from their ground truth: the same ones that
 * test/evaluation compares with TrackEval. Without clips, ground truth is made too.
 */
export async function layOutSequences(clips: string | undefined, folder: string): Promise<ScoredSequences> {
  const [gt, results] = [join(folder, 'gt'), join(folder, 'results')]
  await mkdir(gt)
  await mkdir(results)
  const byBenchmark: string[] = []
  const groups = clips === undefined ? [await makeSequences(join(folder, 'made'))] : realSequences(clips)
  for (const { benchmark, source } of groups) {
    const own = join(folder, benchmark)
    await mkdir(own)
    for (const name of sequencesIn(source, truthFile)) {
      for (const place of [gt, own]) await symlink(resolve(source, name), join(place, name))
      await writeFile(join(results, `${name}.txt`), madeResults(readMotFile(join(source, name, truthFile)), name))
    }
    byBenchmark.push(`${own}:${benchmark}`)
  }
  return { gt, results, byBenchmark }
}

interface Group {
  readonly benchmark: string
  readonly source: string
}

function realSequences(clips: string): Group[] {
  return [
    { benchmark: 'MOT15', source: join(clips, 'mot/MOT15') },
    { benchmark: 'SportsMOT', source: join(clips, 'mot/SportsMOT-train') }
  ]
}

async function makeSequences(source: string): Promise<Group> {
  for (let seed = 1; seed <= madeSequences; seed++) {
    const sequence = join(source, `made-${seed}`)
    await mkdir(join(sequence, 'gt'), { recursive: true })
    await writeFile(join(sequence, truthFile), madeTruth(seed, madeFrames))
    await writeFile(join(sequence, 'seqinfo.ini'), `[Sequence]\nseqLength=${madeFrames}\n`)
  }
  return { benchmark: 'MOT17', source }
}
