import type { DetectionColumns } from '../../core/columns.ts'
import type { FitMode } from '../../core/fit.ts'
import { namesIn } from '../labels.ts'
import type { ModelFacts } from '../onnx/model-facts.ts'
import type { PixelEncoding } from '../onnx/preprocessing.ts'

/** The pixels that a model was trained on. Bytes arrive as RGB at this size; `encoding` goes into the graph. */
export interface ModelInput {
  readonly width: number
  readonly height: number
  readonly mode: FitMode
  /** Byte that fills what a letterbox leaves free, 0…255. */
  readonly pad: number
  readonly encoding: PixelEncoding
}

/** One output of one run. Numbers of other types than float32 are not read by any family so far. */
export interface OutputTensor {
  readonly name: string
  readonly data: Float32Array
  readonly dims: readonly number[]
}

/**
 * Reads one frame's outputs, which come in the graph's own order, and adds every box of at least `minScore`
 * to `boxes`, in pixels of the model's input. Boxes may be wrong in any way (NaN, overlapping, of classes
 * nobody asked for): what follows takes care of that, so a score that is NaN must be handed on.
 * A decoder allocates nothing per box and keeps no state between frames.
 */
export type DecodeDetections = (outputs: readonly OutputTensor[], minScore: number, boxes: DetectionColumns) => void

interface FamilyBasis {
  /** As in the catalogue: lower case. */
  readonly name: string
  /**
   * True while no real weights have been compared with an independent reference: it follows what its authors publish and
   * is tested on graphs made for that.
   */
  readonly experimental?: true
  /** Recognises a model by its inputs, outputs and operators alone. Must say no when in doubt. */
  matches(facts: ModelFacts): boolean
  /** Called for models that match or that the catalogue puts into this family. Their input is float [N, 3, h, w]. */
  input(facts: ModelFacts): ModelInput
}

/** Models whose outputs are boxes. */
export interface DetectionFamily extends FamilyBasis {
  readonly task: 'detect'
  /** True when a box comes with five facial landmarks. */
  landmarks(outputs: readonly OutputShape[]): boolean
  /** What its authors publish. `iou`: of two boxes of a class that overlap by more, the weaker one goes; 1 keeps all. */
  readonly defaults: { readonly minScore: number; readonly iou: number }
  /** Whether outputs are as long as there are boxes, for a model that is of the family. Default: they are not. */
  varies?(facts: ModelFacts): boolean
  /** Names of its classes where the family fixes them. */
  readonly labels?: readonly string[]
  /**
   * How many classes outputs of such sizes tell apart, or undefined when they are not this family's:
   * `dims` by output, the batch included, in the graph's own order.
   */
  classCount(input: ModelInput, outputs: readonly OutputShape[], hints: HeadHints): number | undefined
  /** A decoder for outputs that `classCount` has accepted. */
  decoder(input: ModelInput, outputs: readonly OutputShape[], hints: HeadHints): DecodeDetections
}

/** What is known of a model beside the sizes of its outputs, which do not always tell what their numbers are. */
export interface HeadHints {
  readonly facts: ModelFacts
  /** Names of its classes, by the catalogue or by the file itself. */
  readonly labels: readonly string[] | undefined
}

/** Models whose only output is a vector that tells individuals apart. */
export interface EmbeddingFamily extends FamilyBasis {
  readonly task: 'embed'
}

/** Models whose only output is a number for each class that a picture may be of. */
export interface ClassificationFamily extends FamilyBasis {
  readonly task: 'classify'
}

export type Family = DetectionFamily | EmbeddingFamily | ClassificationFamily

export interface OutputShape {
  readonly name: string
  readonly dims: readonly number[]
}

/** True numbers only where the graph fixes them; a symbolic batch counts as 1. */
export function fixedShapes(facts: ModelFacts): OutputShape[] | undefined {
  const shapes: OutputShape[] = []
  for (const { name, dims } of facts.outputs) {
    if (!dims?.slice(1).every(dim => typeof dim === 'number')) return undefined
    shapes.push({ name, dims: dims.map(dim => (typeof dim === 'number' ? dim : 1)) })
  }
  return shapes
}

/** How many classes a model tells apart by this family, where its graph fixes its outputs' sizes and they are the family's. */
export function classesByGraph(family: DetectionFamily, facts: ModelFacts): number | undefined {
  const shapes = fixedShapes(facts)
  return shapes && family.classCount(family.input(facts), shapes, { facts, labels: namesIn(facts) })
}

/** Width and height of a model's picture, or of `otherwise` where the graph leaves them open. */
export function inputSize(
  { inputs }: ModelFacts,
  otherwise: { readonly width: number; readonly height: number }
): { width: number; height: number } {
  const [, , height, width] = inputs[0]?.dims ?? []
  return {
    width: typeof width === 'number' && width > 0 ? width : otherwise.width,
    height: typeof height === 'number' && height > 0 ? height : otherwise.height
  }
}
