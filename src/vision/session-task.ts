import type { DetectionColumns } from '../core/columns.ts'
import { SightlineError } from '../core/errors.ts'
import type { Fit, PixelRequest } from '../core/fit.ts'
import type { DetectionFamily, Family, ModelInput, OutputTensor } from './families/family.ts'
import { describeValues } from './families/why-no-family.ts'
import { classIdsFor, labelsFor, namesIn } from './labels.ts'
import { type BoxRules, PostProcessing } from './post-processing.ts'
import type { SessionJob } from './session-messages.ts'

/** What somebody wants of a detector; defaults are its family's. */
export interface DetectionOptions {
  /** Boxes below it are dropped. Raise it to trade misses for false alarms. 0…1. */
  readonly minScore?: number
  /** Of two boxes of one class that overlap by more, the weaker goes. Raise it for crowds. 0…1. */
  readonly iou?: number
  /** Labels of the only classes that are wanted; all when absent. */
  readonly classes?: readonly string[]
}

/** One frame's result as it crosses from a worker: the columns of its boxes, its vector, or its classes'
 * probabilities. */
export type TaskResult =
  | {
      readonly columns: Pick<DetectionColumns, 'count' | 'boxes' | 'scores' | 'classIds' | 'landmarks'>
      /** Boxes dropped because the model gave NaN or infinite numbers for them. */
      readonly invalid: number
    }
  | { readonly vector: Float32Array }
  | { readonly probabilities: Float32Array }

/** Turns the outputs of one run into a result. Belongs to one thread. */
export interface Task {
  /** Of detectors and classifiers. */
  readonly labels: readonly string[]
  /** Of embeddings: the vector's length. */
  readonly dimensions: number
  /** @param rules for the boxes of detectors */
  process(outputs: readonly OutputTensor[], placed: Fit, rules: BoxRules | undefined): TaskResult
}

/**
 * What the options come to for a model of this family that tells these classes apart.
 * @throws SightlineError SL_OPTION_INVALID for a class that it does not have
 */
export function boxRules(
  { defaults }: DetectionFamily,
  labels: readonly string[],
  { minScore, iou, classes }: DetectionOptions
): BoxRules {
  return {
    minScore: minScore ?? defaults.minScore,
    iou: iou ?? defaults.iou,
    classIds: classes && classIdsFor(labels, classes)
  }
}

/** The model that a task is for. */
export type TaskModel = Pick<SessionJob, 'path' | 'input' | 'facts' | 'labels'>

/**
 * @param outputs of one run on any pixels: their sizes show whether the model is of its family
 * @throws SightlineError SL_MODEL_OUTPUT_UNEXPECTED
 */
export function createTask(family: Family, model: TaskModel, outputs: readonly OutputTensor[]): Task {
  if (family.task === 'detect') return detectionTask(family, model, outputs)
  return family.task === 'embed' ? embeddingTask(outputs, model.path) : classificationTask(model, outputs)
}

/** The pixels that a model takes. */
export function pixelRequest({ width, height, mode, pad }: ModelInput): PixelRequest {
  return { width, height, format: 'rgb24', mode, pad }
}

function detectionTask(
  family: DetectionFamily,
  { path, input, facts, labels: given }: TaskModel,
  outputs: readonly OutputTensor[]
): Task {
  const hints = { facts, labels: given ?? namesIn(facts) }
  const classCount = family.classCount(input, outputs, hints)
  if (classCount === undefined) throw unexpected(path, family.name, outputs)
  const own = hints.labels?.length === classCount ? hints.labels : family.labels
  const labels = labelsFor(classCount, path, given ?? own)
  const decode = family.decoder(input, outputs, hints)
  const processing = new PostProcessing(decode, family.landmarks(outputs), classCount)
  const usual = boxRules(family, labels, {})
  return {
    labels,
    dimensions: 0,
    process(tensors, placed, rules = usual) {
      const { boxes, invalid } = processing.process(tensors, placed, rules)
      return { columns: { ...boxes }, invalid }
    }
  }
}

function embeddingTask(outputs: readonly OutputTensor[], path: string): Task {
  const [output, ...others] = outputs
  const isVector = output !== undefined && output.dims.length >= 2 && output.dims.slice(2).every(dim => dim === 1)
  if (!isVector || others.length > 0) throw unexpected(path, 'embedding', outputs)
  return {
    labels: [],
    dimensions: output.data.length,
    process: ([tensor]) => ({ vector: normalised(tensor!.data) })
  }
}

function classificationTask({ path, facts, labels }: TaskModel, outputs: readonly OutputTensor[]): Task {
  const [output, ...others] = outputs
  const classes = output?.dims.length === 2 && others.length === 0 ? output.dims[1]! : 0
  if (classes < 2) throw unexpected(path, 'classification', outputs)
  const own = namesIn(facts)
  return {
    labels: labelsFor(classes, path, labels ?? (own?.length === classes ? own : undefined)),
    dimensions: 0,
    process: ([tensor]) => ({ probabilities: probabilities(tensor!.data) })
  }
}

/** Logits through the softmax, probabilities as they are; all zero when a number is none. */
function probabilities(data: Float32Array): Float32Array {
  const sum = data.reduce((total, value) => total + value, 0)
  if (Math.abs(sum - 1) < 1e-3 && data.every(value => value >= 0)) return data.slice()
  const largest = data.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  const parts = data.map(value => Math.exp(value - largest))
  const whole = parts.reduce((total, value) => total + value, 0)
  return Number.isFinite(whole) ? parts.map(value => value / whole) : new Float32Array(data.length)
}

/** The vector at length 1, so that the cosine of two is their dot product; all zero when it has no length. */
function normalised(data: Float32Array): Float32Array {
  const length = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0))
  return Number.isFinite(length) && length > 0 ? data.map(value => value / length) : new Float32Array(data.length)
}

function unexpected(path: string, family: string, outputs: readonly OutputTensor[]): SightlineError {
  return new SightlineError(
    'SL_MODEL_OUTPUT_UNEXPECTED',
    `${path} gives ${describeValues(outputs)}, which is not what family '${family}' gives. Name the family it is of.`
  )
}
