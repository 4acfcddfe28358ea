import { join } from 'node:path'
import { after } from 'node:test'
import type { BackOff } from '../../src/core/back-off.ts'
import type { DetectionColumns } from '../../src/core/columns.ts'
import type { Detector } from '../../src/vision/detector.ts'
import { type DetectorModel, openDetectorModel } from '../../src/vision/open-detector.ts'
import type { RemoteOptions } from '../../src/vision/remote/remote-link.ts'
import { RemoteModel } from '../../src/vision/remote/remote-model.ts'
import { RemoteTally } from '../../src/vision/remote/remote-tally.ts'
import { inTime } from './in-time.ts'
import { saved, tinyYolox } from './onnx-model.ts'
import { type Script, ScriptedKserve, type ToldOutput } from './scripted-kserve.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
// The local model finds class 1 and the server's class 0, so that each box shows whose it is.
const localPath = await saved(join(folder.path, 'local.onnx'), tinyYolox([[0, 0, 0, 0, 1, 0, 0.9]]))

export const cells = 21
export const spec = { name: 'output', datatype: 'FP32', shape: [1, cells, 7] }
export const usual = { inputs: [{ name: 'images', datatype: 'FP32', shape: [1, 3, 32, 32] }], outputs: [spec] }

/** One box, whose score is the picture's brightness. */
export function boxOf(picture: Float32Array): ToldOutput {
  const numbers = new Float32Array(cells * 7).fill(-10)
  numbers.set([0, 0, 0, 0, 1, picture[0]! / 255, 0])
  return { ...spec, bytes: new Uint8Array(numbers.buffer) }
}

export const honest: Script['answer'] = picture => ({ outputs: [boxOf(picture)] })

export interface Opened {
  readonly answer?: Script['answer']
  readonly script?: Partial<Script>
  readonly remote?: Partial<RemoteOptions>
  readonly standIn?: boolean
  /** How long a server that went down is left alone. */
  readonly backOff?: BackOff
}

export const kinds = ['http', 'grpc'] as const
/** Ample where nobody is to be late: the machine may be busy. */
export const patience = { timeoutMs: 20_000, budgetMs: 20_000 }
const openingMs = 60_000

/** What stands in for a server. */
export function localModel(): Promise<DetectorModel> {
  return openDetectorModel({ modelPath: localPath, name: 'local', concurrency: 1 })
}

/** A scripted server, and a detector whose model it runs. */
export async function open(
  kind: (typeof kinds)[number],
  { answer = honest, script, remote, standIn = true, backOff = { firstMs: 1, longestMs: 5 } }: Opened = {}
) {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await ScriptedKserve.start(kind, { ...usual, answer, ...script }))
  const tally = new RemoteTally()
  const local = standIn ? await localModel() : undefined
  const opening = RemoteModel.open({
    name: 'scripted',
    remote: { url: server.url, model: 'm', family: 'yolox', concurrency: 1, ...patience, ...remote },
    standIn: local,
    tally,
    backOff,
    openingMs
  })
  const model = await inTime('the model is open', opening, openingMs + 10_000).catch(async error => {
    await stack.disposeAsync()
    await local?.[Symbol.asyncDispose]()
    throw error
  })
  stack.use(model)
  const detector = model.detector({ minScore: 0.2 })
  return { server, tally, model, detector, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Shows it a picture of one brightness. */
export async function look(detector: Detector, brightness = 204): Promise<DetectionColumns> {
  const slot = await inTime('there is a place for a picture', detector.acquire())
  slot.pixels.fill(brightness)
  return inTime('a picture is answered', detector.detect(slot, { left: 0, top: 0, width: 32, height: 32 }, 0))
}

/** Whose boxes they are. */
export function found({ count, classIds }: DetectionColumns): readonly ('server' | 'local')[] {
  return Array.from(classIds.subarray(0, count), id => (id === 0 ? 'server' : 'local'))
}
