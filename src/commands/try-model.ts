import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Detection } from '../contract/detection.ts'
import { SightlineError } from '../core/errors.ts'
import { openPicture } from '../media/picture-folder.ts'
import { outputError } from '../report/output-error.ts'
import { drawOverlay } from '../report/overlay.ts'
import { canvasOf } from '../report/picture.ts'
import { findInPicture } from '../roles/picture-trial/look-at-picture.ts'
import type { ResolvedModel } from '../vision/model-store.ts'
import type { Provider } from '../vision/providers.ts'

export interface TryOptions {
  readonly out?: string
  readonly minScore?: number
  readonly provider?: Provider | 'auto'
}

/** What a model found in one picture, best first. */
export interface TryResult {
  readonly model: string
  readonly provider: string
  readonly picture: string
  readonly width: number
  readonly height: number
  /** Scaling, inference and post-processing of this one picture, after the model was opened. */
  readonly milliseconds: number
  readonly detections: readonly Detection[]
  /** Boxes dropped because the model gave NaN or infinite numbers for them. */
  readonly invalidBoxes: number
  /** The picture with the boxes. */
  readonly out: string
}

/** Runs a detector on one picture and writes the picture with its boxes. Throws SightlineError. */
export async function tryModel(
  { path, entry }: ResolvedModel,
  picture: string,
  { out = besides(picture, entry?.name ?? basename(path, '.onnx')), minScore, provider }: TryOptions
): Promise<TryResult> {
  if (resolve(out) === resolve(picture)) {
    throw new SightlineError('SL_OPTION_INVALID', `--out ${out} is the picture itself: give another file.`)
  }
  const format = formatOf(out)
  using frame = await openPicture(picture)
  const found = await findInPicture(frame, { path, entry }, { provider, minScore })
  const { detections, labels, milliseconds, invalidBoxes } = found
  const { canvas, context } = canvasOf(await frame.rgba())
  drawOverlay(context, frame.width, frame.height, {
    boxes: detections.map(detection => ({
      ...detection,
      detail: `${Math.round(detection.score * 100)} %`,
      colourId: labels.indexOf(detection.label) + 1
    }))
  })
  await writeWhole(out, format === 'png' ? await canvas.encode('png') : await canvas.encode(format, 92))
  const { width, height } = frame
  const model = entry?.name ?? path
  return { model, provider: found.provider, picture, width, height, milliseconds, detections, invalidBoxes, out }
}

function besides(picture: string, model: string): string {
  return join(dirname(picture), `${basename(picture, extname(picture))}-${model}.jpg`)
}

function formatOf(out: string): 'jpeg' | 'png' | 'webp' {
  const ending = extname(out).toLowerCase()
  if (ending === '.jpg' || ending === '.jpeg') return 'jpeg'
  if (ending === '.png') return 'png'
  if (ending === '.webp') return 'webp'
  throw new SightlineError('SL_OPTION_INVALID', `--out ${out} must end in .jpg, .png or .webp.`)
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`
  try {
    await writeFile(part, bytes, { flag: 'wx' })
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw outputError(dirname(path), error)
  }
}
