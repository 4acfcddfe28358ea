// The thread of one detector that somebody wrote: loads its module, and shows it picture after picture.
import { registerHooks } from 'node:module'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import Type from 'typebox'
import Value from 'typebox/value'
import type { DetectorDefinition, OwnBox } from './define-detector.ts'
import type { FromOwn, OwnAbout, OwnTask, ToOwn } from './thread-messages.ts'

const Side = Type.Integer({ minimum: 1, maximum: 4096 })
const About = Type.Object({
  labels: Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
    minItems: 1,
    maxItems: 10_000,
    uniqueItems: true
  }),
  input: Type.Object({
    width: Side,
    height: Side,
    format: Type.Optional(Type.Enum(['rgb', 'gray'])),
    fit: Type.Optional(Type.Enum(['letterbox', 'stretch']))
  })
})
/** More than any scene holds. */
const mostBoxes = 4096

const port = parentPort!
const { path } = workerData as OwnTask
const say = (message: FromOwn) => port.postMessage(message)

// What modules import that lie anywhere, and whose folder knows no package of ours.
const definer = new URL(`./define-detector${extname(import.meta.url)}`, import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'sightline/detector' ? { url: definer, shortCircuit: true } : next(specifier, context)
})

async function load(): Promise<{ definition: DetectorDefinition; about: OwnAbout }> {
  const { default: definition }: { default?: unknown } = await import(pathToFileURL(path).href)
  if (
    typeof definition !== 'object' ||
    definition === null ||
    typeof (definition as DetectorDefinition).detect !== 'function'
  )
    throw new Error('its default export is not what defineDetector gives, with a function detect')
  const [fault] = Value.Errors(About, definition)
  if (fault)
    throw new Error(`its default export is wrong: ${fault.instancePath.slice(1).replaceAll('/', '.')} ${fault.message}`)
  const { labels, input } = definition as DetectorDefinition
  const { width, height, format = 'rgb', fit = 'letterbox' } = input
  return {
    definition: definition as DetectorDefinition,
    about: { labels: [...labels], input: { width, height, format, fit } }
  }
}

/** What is no box is counted and left out. @throws Error for what is no list */
function numbersOf(boxes: unknown, labels: readonly string[]): { numbers: Float64Array; invalid: number } {
  if (!Array.isArray(boxes)) throw new Error('detect gave no list of boxes')
  const numbers: number[] = []
  let invalid = Math.max(0, boxes.length - mostBoxes)
  for (const box of boxes.slice(0, mostBoxes) as Partial<OwnBox>[]) {
    const row = [box?.x, box?.y, box?.w, box?.h, box?.score].map(Number)
    const [, , w, h, score] = row as [number, number, number, number, number]
    const classId = labels.indexOf(box?.label ?? '')
    const isBox = row.every(Number.isFinite) && w > 0 && h > 0 && score >= 0 && score <= 1 && classId >= 0
    if (isBox) numbers.push(...row, classId)
    else invalid++
  }
  return { numbers: Float64Array.from(numbers), invalid }
}

let places: Extract<ToOwn, { type: 'begin' }> | undefined
const loading = load()
loading.then(
  ({ about }) => say({ type: 'ready', about }),
  error => say({ type: 'refused', reason: reasonOf(error) })
)

async function handle(message: ToOwn): Promise<void> {
  if (message.type === 'begin') {
    places = message
    return
  }
  const { definition, about } = await loading
  const { slots, slotBytes, stride } = places!
  const { width, height } = about.input
  const pixels = new Uint8Array(slots, message.slot * stride, slotBytes)
  try {
    const found = await definition.detect(pixels, { width, height, ptsMs: message.ptsMs })
    say({ type: 'found', ...numbersOf(found, about.labels) })
  } catch (error) {
    say({ type: 'failed', reason: reasonOf(error) })
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 500)
}

let last: Promise<void> = Promise.resolve()
port.on('message', (message: ToOwn) => {
  last = last.then(() => handle(message))
})
