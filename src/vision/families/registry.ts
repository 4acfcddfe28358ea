import { SightlineError } from '../../core/errors.ts'
import type { ModelFacts } from '../onnx/model-facts.ts'
import { hasPictureInput } from '../onnx/preprocessing.ts'
import { classification } from './classification.ts'
import { embedding } from './embedding.ts'
import { endToEnd } from './end-to-end.ts'
import type { Family } from './family.ts'
import { fastestdet } from './fastestdet.ts'
import { nanodet } from './nanodet.ts'
import { nanodetPlus } from './nanodet-plus.ts'
import { picodet } from './picodet.ts'
import { rfDetr } from './rf-detr.ts'
import { rtDetr } from './rt-detr.ts'
import { scrfd } from './scrfd.ts'
import { ultraface } from './ultraface.ts'
import { whyNoFamily } from './why-no-family.ts'
import { yoloFace } from './yolo-face.ts'
import { yoloFaceRaw } from './yolo-face-raw.ts'
import { yolov5 } from './yolov5.ts'
import { yolov5Face } from './yolov5-face.ts'
import { yolov8 } from './yolov8.ts'
import { yolox } from './yolox.ts'
import { yunet } from './yunet.ts'

/** Every family there is. The first that recognises a model gets it, so the more particular ones come first. */
export const families: readonly Family[] = [
  ...[yolox, yoloFace, yoloFaceRaw, yolov8, yolov5Face, yolov5],
  ...[nanodet, nanodetPlus, picodet, fastestdet],
  ...[yunet, scrfd, ultraface],
  ...[rfDetr, rtDetr, endToEnd],
  embedding,
  classification
]

/**
 * The family of a model by its inputs and outputs.
 * @throws SightlineError SL_MODEL_FAMILY_UNKNOWN
 */
export function findFamily(facts: ModelFacts, path: string): Family {
  return recogniseFamily(facts) ?? refuse(`${path} is of no family that Sightline knows: ${whyNoFamily(facts)}`)
}

/**
 * The family that somebody named for a model.
 * @throws SightlineError SL_MODEL_FAMILY_UNKNOWN
 */
export function findFamilyByName(name: string, path: string): Family {
  return (
    families.find(family => family.name === name) ?? refuse(`There is no model family '${name}', given for ${path}`)
  )
}

function refuse(why: string): never {
  const known = families.map(family => family.name).join(', ')
  throw new SightlineError('SL_MODEL_FAMILY_UNKNOWN', `${why}. Known families: ${known}.`)
}

/** The family that the graph's inputs and outputs tell, if any. */
export function recogniseFamily(facts: ModelFacts): Family | undefined {
  return hasPictureInput(facts) ? families.find(candidate => candidate.matches(facts)) : undefined
}
