import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { peopleClips } from './mot-people.ts'
import { extent, peopleMaterial, peopleProgram, peopleRunOf, points } from './people-run.ts'
import type { Run } from './program.ts'
import { compare } from './statistics.ts'

const model = 'yolox-nano'
const names = ['recall', 'precision', 'tiles_recall', 'tiles_precision', 'auto_recall', 'auto_precision']
const figureNames = [...names, 'runs_a_frame', 'auto_runs_a_frame', 'auto_throughput']

export const tiles: Benchmark = {
  name: 'tiles',
  about: 'frames a second with --tiles 2x2 ÷ without, and what it finds more of the people in MOT15',
  limits: [],
  async run({ quick, alternation, report }): Promise<Measured> {
    const material = await peopleMaterial(model, report)
    if (!material) return { figures: Object.fromEntries(figureNames.map(name => [name, Number.NaN])) }
    const what = extent(
      quick,
      peopleClips.map(({ name }) => name)
    )
    const runs = await alternate(
      {
        tiled: peopleProgram('--tiles 2x2', material, '2x2', what),
        auto: peopleProgram('--tiles auto', material, 'auto', what),
        whole: peopleProgram('whole frames', material, 'whole', what)
      },
      alternation
    )
    const [tiled, auto, whole] = [runs.tiled, runs.auto, runs.whole].map(each => peopleRunOf(each[0]!))
    return {
      comparison: compare(framesPerSecond(runs.tiled), framesPerSecond(runs.whole)),
      figures: {
        ...points(whole!),
        tiles_recall: points(tiled!).recall,
        tiles_precision: points(tiled!).precision,
        auto_recall: points(auto!).recall,
        auto_precision: points(auto!).precision,
        runs_a_frame: tiled!.runs / tiled!.frames,
        auto_runs_a_frame: auto!.runs / auto!.frames,
        auto_throughput: compare(framesPerSecond(runs.auto), framesPerSecond(runs.whole)).ratio
      }
    }
  }
}

function framesPerSecond(runs: readonly Run[]): number[] {
  return runs.map(peopleRunOf).map(({ frames, seconds }) => frames / seconds)
}
