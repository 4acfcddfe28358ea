import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { cache } from './clips.ts'
import { peopleClips } from './mot-people.ts'
import { isInstalled, pythonEnvironment } from './peers/python-environment.ts'
import { extent, peopleMaterial, peopleProgram, peopleRunOf, points } from './people-run.ts'
import { runProgram } from './program.ts'
import { compare } from './statistics.ts'

const model = 'yolox-nano'
const folder = fileURLToPath(new URL('int8/', import.meta.url))
const requirements = join(folder, 'requirements.txt')
/** One clip to calibrate with, and another to be judged by. */
const [judged, calibrating] = peopleClips
const figureNames = ['recall', 'precision', 'int8_recall', 'int8_precision', 'fps', 'int8_fps']

export const int8: Benchmark = {
  name: 'int8',
  about: 'frames a second of yolox-nano in int8 ÷ in float32, and what it loses of the people in a clip of MOT15',
  limits: [],
  async run({ quick, alternation, folder: work, report }): Promise<Measured> {
    const material = await peopleMaterial(model, report)
    const quantised = material && (await quantise(material.path, join(work, 'int8.onnx'), quick, report))
    if (!material || !quantised) return { figures: Object.fromEntries(figureNames.map(name => [name, Number.NaN])) }
    const what = extent(quick, [judged.name])
    const runs = await alternate(
      {
        int8: peopleProgram('int8', { ...material, path: quantised }, 'whole', what),
        float: peopleProgram('float32', material, 'whole', what)
      },
      alternation
    )
    const [small, whole] = [runs.int8.map(peopleRunOf), runs.float.map(peopleRunOf)]
    const fps = (all: typeof small) => all.map(({ frames, seconds }) => frames / seconds)
    return {
      comparison: compare(fps(small), fps(whole)),
      figures: {
        ...points(whole[0]!),
        int8_recall: points(small[0]!).recall,
        int8_precision: points(small[0]!).precision,
        fps: Math.max(...fps(whole)),
        int8_fps: Math.max(...fps(small))
      }
    }
  }
}

/** Makes the int8 graph by ONNX Runtime's own quantisation. A smoke run installs nothing: it may be without a network. */
async function quantise(
  path: string,
  target: string,
  quick: boolean,
  report: (line: string) => void
): Promise<string | undefined> {
  if (quick && !(await isInstalled(requirements, cache))) {
    report("ONNX Runtime's quantisation is not installed, and a smoke run installs nothing: nothing can be measured")
    return undefined
  }
  try {
    const python = join(await pythonEnvironment(requirements, cache, report), 'python')
    const clip = join(process.env.SIGHTLINE_CLIPS!, calibrating.video)
    const frames = quick ? 2 : 60
    const args = [join(folder, 'quantise.py'), path, target, clip, String(frames)]
    const { stdout } = await runProgram({ name: 'quantisation', command: python, args })
    report(stdout.trim())
    return target
  } catch (error) {
    report(`The int8 graph is missing: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}
