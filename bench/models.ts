import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openModelStore } from '../src/commands/open-model-store.ts'
import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { type HeadCase, madeFamilies, madeHead, realHead } from './head-tensors.ts'
import { openPython } from './peers/python.ts'
import type { Run } from './program.ts'
import { script } from './sightline.ts'
import { type Comparison, compare, median } from './statistics.ts'

/** A model of the catalogue for each family whose outputs are real ones. */
const realModels: Readonly<Record<string, string>> = {
  yolox: 'yolox-nano',
  yolov8: 'yolov8n-int8',
  nanodet: 'nanodet-m-416',
  picodet: 'picodet-s-416',
  fastestdet: 'fastestdet',
  yunet: 'yunet',
  scrfd: 'scrfd-2-5g',
  ultraface: 'ultraface-rfb-320'
}
/** A street with a bus and four people. */
const picture = 'images/bus.jpg'

interface Result {
  readonly milliseconds: number
  readonly boxes: number
  readonly sum: number
}
type Results = Readonly<Record<string, Result>>

export const models: Benchmark = {
  name: 'models',
  about: "milliseconds from a model's outputs to boxes on the frame ÷ those of numpy, of the family where that is most",
  limits: [{ key: 'ratio', better: 'lower', must: 0.3, aim: 0.1 }],
  async run({ quick, alternation, folder, report }): Promise<Measured> {
    const cases = await collectCases(folder, report)
    const file = join(folder, 'cases.json')
    await writeFile(file, JSON.stringify(cases))
    const repeats = quick ? 50 : 300
    const ours = script('our post-processing', 'ours-models.ts', file, repeats)
    const python = await openPython(report)
    if (!python) return { figures: timesOf(cases, (await alternate({ ours }, alternation)).ours, '') }
    const theirs = python('numpy', 'models.py', file, String(repeats))
    const runs = await alternate({ ours, theirs }, alternation)
    const own = runs.ours.map(resultsOf)
    const other = runs.theirs.map(resultsOf)
    for (const { family } of cases) expectSame(family, own[0]![family]!, other[0]![family]!)
    const ratios = cases.map(({ family }): [string, Comparison] => [
      family,
      compare(
        own.map(each => each[family]!.milliseconds),
        other.map(each => each[family]!.milliseconds)
      )
    ])
    const worst = ratios.toSorted(([, a], [, b]) => b.ratio - a.ratio)[0]!
    report(`the worst family is ${worst[0]}`)
    return {
      comparison: worst[1],
      figures: {
        ...Object.fromEntries(ratios.map(([family, { ratio }]) => [family, ratio])),
        ...timesOf(cases, runs.ours, '_ms')
      }
    }
  }
}

async function collectCases(folder: string, report: (line: string) => void): Promise<HeadCase[]> {
  const cases: HeadCase[] = []
  const store = await openModelStore()
  const present = await store.present()
  const file = join(process.env.SIGHTLINE_CLIPS ?? '', picture)
  for (const [family, model] of Object.entries(realModels)) {
    const path = present.get(model)
    if (path && existsSync(file)) cases.push(await realHead(family, path, file, folder))
    else report(`${family} is left out: ${path ? picture : model} is not here`)
  }
  for (const family of madeFamilies) cases.push(await madeHead(family, folder))
  return cases
}

function timesOf(cases: readonly HeadCase[], runs: readonly Run[], suffix: string): Record<string, number> {
  const results = runs.map(resultsOf)
  return Object.fromEntries(
    cases.map(({ family }) => [family + suffix, median(results.map(each => each[family]!.milliseconds))])
  )
}

function resultsOf({ stdout }: Run): Results {
  return JSON.parse(stdout) as Results
}

/** Makes sure that both did the same work. */
function expectSame(family: string, own: Result, other: Result): void {
  if (own.boxes === 0) throw new Error(`${family}: there is no box.`)
  const isSame = own.boxes === other.boxes && Math.abs(own.sum - other.sum) < 0.001 * other.boxes
  if (!isSame) throw new Error(`${family}: ${JSON.stringify(own)} here, ${JSON.stringify(other)} there.`)
}
