import { SightlineError } from '../core/errors.ts'
import { openPicture } from '../media/picture-folder.ts'
import { labelsOf } from '../vision/catalogue.ts'
import { recogniseFamily } from '../vision/families/registry.ts'
import { readModelFile } from '../vision/load-model.ts'
import type { ResolvedModel } from '../vision/model-store.ts'
import { openClassifier } from '../vision/open-classifier.ts'
import { table } from './table.ts'
import type { TryOptions } from './try-model.ts'

/** As many of the likeliest classes are told. */
const told = 5

/** What a classifier took a picture for, the likeliest first. */
export interface ClassifyResult {
  readonly model: string
  readonly provider: string
  readonly picture: string
  /** Scaling and inference of this one picture, after the model was opened. */
  readonly milliseconds: number
  readonly classes: readonly { readonly label: string; readonly probability: number }[]
}

/** Whether a model says of a whole picture what it is, by its catalogue entry or else by its graph. */
export async function isClassifier({ path, entry }: ResolvedModel): Promise<boolean> {
  if (entry) return entry.task === 'classify'
  return recogniseFamily((await readModelFile(path)).facts)?.task === 'classify'
}

/** Runs a classifier on one picture. Throws SightlineError. */
export async function tryClassifier(
  { path, entry }: ResolvedModel,
  picture: string,
  { out, provider }: TryOptions
): Promise<ClassifyResult> {
  if (out !== undefined) {
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `--out ${out}: a classifier finds no boxes to draw. Leave --out away.`
    )
  }
  using frame = await openPicture(picture)
  const name = entry?.name ?? path
  await using classifier = await openClassifier({
    ...{ modelPath: path, name, family: entry?.family, labels: entry && labelsOf(entry) },
    ...{ provider, concurrency: 1 }
  })
  const startedMs = performance.now()
  const slot = await classifier.acquire()
  await frame.scaleInto(classifier.request, slot.pixels)
  const probabilities = await classifier.classify(slot)
  const milliseconds = Math.round((performance.now() - startedMs) * 10) / 10
  const classes = Array.from(probabilities, (probability, id) => ({ label: classifier.labels[id]!, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, told)
  return { model: name, provider: classifier.provider, picture, milliseconds, classes }
}

export function classifyText({ model, provider, milliseconds, classes }: ClassifyResult): string {
  const rows = classes.map(({ label, probability }) => [label, probability.toFixed(3)])
  return `${table([['CLASS', 'PROBABILITY'], ...rows])}\n${model} on ${provider}: ${milliseconds.toFixed(1)} ms.\n`
}
