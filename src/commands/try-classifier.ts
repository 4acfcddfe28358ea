import { SightlineError } from '../core/errors.ts'
import { openPicture } from '../media/picture-folder.ts'
import { classifyPicture } from '../roles/picture-trial/look-at-picture.ts'
import type { ResolvedModel } from '../vision/model-store.ts'
import { table } from './table.ts'
import type { TryOptions } from './try-model.ts'

/** What a classifier took a picture for, the likeliest first. */
export interface ClassifyResult {
  readonly model: string
  readonly provider: string
  readonly picture: string
  /** Scaling and inference of this one picture, after the model was opened. */
  readonly milliseconds: number
  readonly classes: readonly { readonly label: string; readonly probability: number }[]
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
  const { provider: opened, milliseconds, classes } = await classifyPicture(frame, { path, entry }, { provider })
  return { model: entry?.name ?? path, provider: opened, picture, milliseconds, classes }
}

export function classifyText({ model, provider, milliseconds, classes }: ClassifyResult): string {
  const rows = classes.map(({ label, probability }) => [label, probability.toFixed(3)])
  return `${table([['CLASS', 'PROBABILITY'], ...rows])}\n${model} on ${provider}: ${milliseconds.toFixed(1)} ms.\n`
}
