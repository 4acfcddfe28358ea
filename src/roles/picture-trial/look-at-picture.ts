import type { Detection, FrameDetections } from '../../contract/detection.ts'
import type { DetectionColumns } from '../../core/columns.ts'
import type { Fit } from '../../core/fit.ts'
import type { VideoFrame } from '../../media/frame.ts'
import { detectionsLine } from '../../report/jsonl.ts'
import { labelsOf } from '../../vision/catalogue.ts'
import type { Detector } from '../../vision/detector.ts'
import { recogniseFamily } from '../../vision/families/registry.ts'
import { readModelFile } from '../../vision/load-model.ts'
import type { ResolvedModel } from '../../vision/model-store.ts'
import { openClassifier } from '../../vision/open-classifier.ts'
import { openDetector } from '../../vision/open-detector.ts'
import type { Provider } from '../../vision/providers.ts'

/** As many of the likeliest classes are told. */
const toldClasses = 5

export interface LookOptions {
  /** `auto`, the default, is the processor: nothing else is open before that has looked at one picture. */
  readonly provider?: Provider | 'auto' | undefined
  readonly minScore?: number | undefined
}

interface Look {
  readonly provider: string
  /** Until the model was open. */
  readonly openMs: number
  /** Scaling, inference and post-processing of this one picture, after that. */
  readonly milliseconds: number
}

export interface Found extends Look {
  /** Best first. */
  readonly detections: readonly Detection[]
  /** Boxes dropped because the model gave NaN or infinite numbers for them. */
  readonly invalidBoxes: number
  /** By class id. */
  readonly labels: readonly string[]
}

export interface TakenFor extends Look {
  /** The likeliest first. */
  readonly classes: readonly { readonly label: string; readonly probability: number }[]
}

/** Whether a model says of a whole picture what it is, by its catalogue entry or else by its graph. */
export async function isClassifier({ path, entry }: Pick<ResolvedModel, 'path' | 'entry'>): Promise<boolean> {
  if (entry) return entry.task === 'classify'
  return recogniseFamily((await readModelFile(path)).facts)?.task === 'classify'
}

/** What a detector finds in a picture. Throws SL_MODEL_…. */
export async function findInPicture(
  frame: VideoFrame,
  { path, entry }: Pick<ResolvedModel, 'path' | 'entry'>,
  { provider, minScore }: LookOptions
): Promise<Found> {
  const beganMs = performance.now()
  await using detector = await openDetector({
    ...{ modelPath: path, name: entry?.name ?? path, family: entry?.family, labels: entry && labelsOf(entry) },
    ...{ provider: forOnePicture(provider), minScore, concurrency: 1 }
  })
  const openedMs = performance.now()
  const columns = await detectIn(frame, detector)
  return {
    provider: detector.provider,
    openMs: tenths(openedMs - beganMs),
    milliseconds: tenths(performance.now() - openedMs),
    detections: detectionsOf(columns, detector.labels),
    invalidBoxes: detector.invalidBoxes,
    labels: detector.labels
  }
}

/** What a classifier takes a picture for. Throws SL_MODEL_…. */
export async function classifyPicture(
  frame: VideoFrame,
  { path, entry }: Pick<ResolvedModel, 'path' | 'entry'>,
  { provider }: LookOptions
): Promise<TakenFor> {
  const beganMs = performance.now()
  await using classifier = await openClassifier({
    ...{ modelPath: path, name: entry?.name ?? path, family: entry?.family, labels: entry && labelsOf(entry) },
    ...{ provider: forOnePicture(provider), concurrency: 1 }
  })
  const openedMs = performance.now()
  const slot = await classifier.acquire()
  await frame.scaleInto(classifier.request, slot.pixels)
  const probabilities = await classifier.classify(slot)
  const classes = Array.from(probabilities, (probability, id) => ({ label: classifier.labels[id]!, probability }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, toldClasses)
  const milliseconds = tenths(performance.now() - openedMs)
  return { provider: classifier.provider, openMs: tenths(openedMs - beganMs), milliseconds, classes }
}

function forOnePicture(provider: LookOptions['provider'] = 'auto'): Provider {
  return provider === 'auto' ? 'cpu' : provider
}

async function detectIn(frame: VideoFrame, detector: Detector): Promise<DetectionColumns> {
  const slot = await detector.acquire()
  let placed: Fit
  try {
    placed = await frame.scaleInto(detector.request, slot.pixels)
  } catch (error) {
    detector.release(slot)
    throw error
  }
  return detector.detect(slot, placed, frame.ptsMs)
}

/** As in `detections.jsonl`, rounded likewise. */
function detectionsOf(columns: DetectionColumns, labels: readonly string[]): Detection[] {
  const { detections }: FrameDetections = JSON.parse(detectionsLine(0, 0, columns, labels))
  return detections.sort((a, b) => b.score - a.score)
}

function tenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10
}
