import { SightlineError } from '../core/errors.ts'
import { nearestNames } from '../core/nearest-names.ts'
import type { ModelFacts } from './onnx/model-facts.ts'

/** The 80 classes of COCO 2017 in the order in which detectors number them. */
export const cocoLabels: readonly string[] = (
  'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,' +
  'parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,' +
  'tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,' +
  'tennis racket,bottle,wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,' +
  'hot dog,pizza,donut,cake,chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,' +
  'cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush'
).split(',')

/** COCO's classes by the number that its annotations give them, 0 to 90; eleven numbers are not in use. */
export const cocoCategoryLabels: readonly string[] = (() => {
  const unused = new Set([0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83])
  let next = 0
  return Array.from({ length: 91 }, (_, id) => (unused.has(id) ? `class-${id}` : cocoLabels[next++]!))
})()

/** In characters: room for tens of thousands of classes. What is longer is something else. */
const longestNames = 2 ** 20
/**
 * A name of a list, or an id and a name of a mapping, up to the next. What repeats in it never overlaps, so that no text takes
 * long.
 */
const nameEntry =
  /\s*(?:(?<mark>['"]?)(?<id>\d{1,6})\k<mark>\s*:\s*)?(?:'(?<single>[^'\\]*(?:\\.[^'\\]*)*)'|"(?<double>[^"\\]*(?:\\.[^"\\]*)*)")\s*(?:,|$)/gy
const escaped = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|(.))/g

/**
 * The names that a file gives its classes: exports of Ultralytics note a Python mapping such as `{0: 'person', 1: "car"}`,
 * others a list, or either as JSON. Nothing where there are none, ids are missing, or anything else is in the text.
 */
export function namesIn({ metadata }: ModelFacts): readonly string[] | undefined {
  if (!metadata.names || metadata.names.length > longestNames) return undefined
  const text = metadata.names.trim()
  const isMapping = text.startsWith('{') && text.endsWith('}')
  if (!isMapping && !(text.startsWith('[') && text.endsWith(']'))) return undefined
  const inside = text.slice(1, -1).trim()
  const names: string[] = []
  let readTo = 0
  for (const { index, 0: entry, groups } of inside.matchAll(nameEntry)) {
    const { id, single, double } = groups!
    if (isMapping ? Number(id) !== names.length : id !== undefined) return undefined
    names.push(unescaped(single ?? double ?? ''))
    readTo = index + entry.length
  }
  return names.length > 0 && readTo === inside.length ? names : undefined
}

function unescaped(text: string): string {
  return text.replace(escaped, (_, byte?: string, unit?: string, character?: string) => {
    const code = byte ?? unit
    return code === undefined ? character! : String.fromCharCode(Number.parseInt(code, 16))
  })
}

/**
 * Names for a model's classes: those given, else those that its number of classes suggests.
 * @throws SightlineError SL_MODEL_OUTPUT_UNEXPECTED when the names given are not as many as the classes
 */
export function labelsFor(classCount: number, path: string, given?: readonly string[]): readonly string[] {
  if (given && given.length !== classCount)
    throw new SightlineError(
      'SL_MODEL_OUTPUT_UNEXPECTED',
      `${path} tells ${classCount} classes apart, but ${given.length} labels are given for it. Give one label for each.`
    )
  if (given) return given
  const known = [cocoLabels, cocoCategoryLabels].find(({ length }) => length === classCount)
  return known ?? Array.from({ length: classCount }, (_, n) => `class-${n}`)
}

/**
 * The class ids of the labels that somebody asked for.
 * @throws SightlineError SL_OPTION_INVALID for a label that the model does not have
 */
export function classIdsFor(labels: readonly string[], wanted: readonly string[]): number[] {
  return wanted.map(label => {
    const id = labels.indexOf(label)
    if (id >= 0) return id
    const near = nearestNames(label, labels)
    const hint = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Its classes: ${labels.join(', ')}.`
    throw new SightlineError('SL_OPTION_INVALID', `The model has no class '${label}'. ${hint}`)
  })
}
