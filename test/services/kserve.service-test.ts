import { deepStrictEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openModelStore } from '../../src/commands/open-model-store.ts'
import type { DetectionColumns } from '../../src/core/columns.ts'
import type { Fit } from '../../src/core/fit.ts'
import { openVideo } from '../../src/media/open-video.ts'
import type { Detector } from '../../src/vision/detector.ts'
import { type DetectorModel, openDetectorModel } from '../../src/vision/open-detector.ts'
import { dial } from '../../src/vision/remote/dial.ts'
import { RemoteModel } from '../../src/vision/remote/remote-model.ts'
import { RemoteTally } from '../../src/vision/remote/remote-tally.ts'
import { findKserve, type KserveName, type RunningKserve, startKserve } from './kserve-server.ts'

const clips = process.env.SIGHTLINE_CLIPS
const name = 'yolox-nano'
const modelPath = (await (await openModelStore()).present()).get(name) ?? ''
const material = clips && modelPath !== '' ? undefined : `SIGHTLINE_CLIPS and SIGHTLINE_MODELS with ${name} are needed.`

interface Served {
  server: RunningKserve | undefined
  missing: string | undefined
}
const served: Record<KserveName, Served> = {
  mlserver: { server: undefined, missing: material },
  triton: { server: undefined, missing: material }
}

before(async () => {
  for (const [name, here] of Object.entries(served) as [KserveName, Served][]) {
    const found = here.missing === undefined ? await findKserve(true, name) : { missing: here.missing }
    if ('missing' in found) here.missing = found.missing
    else here.server = await startKserve(found.python, modelPath, name)
  }
})
after(async () => {
  for (const { server } of Object.values(served)) await server?.[Symbol.asyncDispose]()
})

const local = (): Promise<DetectorModel> => openDetectorModel({ modelPath, name, concurrency: 1, provider: 'cpu' })

async function remote(url: string, standIn?: DetectorModel): Promise<{ model: RemoteModel; tally: RemoteTally }> {
  const tally = new RemoteTally()
  const options = { url, model: 'detector', family: 'yolox', concurrency: 1, timeoutMs: 3000, budgetMs: 5000 }
  const backOff = { firstMs: 20, longestMs: 100 }
  return { model: await RemoteModel.open({ name: 'served', remote: options, standIn, tally, backOff }), tally }
}

/** What detectors find in the same frame of a clip. */
async function inFrame(...detectors: readonly Detector[]): Promise<readonly DetectionColumns[]> {
  await using video = await openVideo(join(clips!, 'mot/MOT15/TUD-Stadtmitte/TUD-Stadtmitte.mp4'))
  for await (const frame of video.frames()) {
    using _ = frame
    const found: DetectionColumns[] = []
    for (const detector of detectors) {
      const slot = await detector.acquire()
      const placed: Fit = await frame.scaleInto(detector.request, slot.pixels)
      found.push(await detector.detect(slot, placed, frame.ptsMs))
    }
    return found
  }
  return []
}

const rows = ({ count, boxes, scores, classIds }: DetectionColumns) =>
  Array.from({ length: count }, (_, row) => [...boxes.subarray(row * 4, row * 4 + 4), scores[row]!, classIds[row]!])

function mostApart(one: DetectionColumns, other: DetectionColumns): number {
  const [ours, theirs] = [rows(one).flat(), rows(other).flat()]
  deepStrictEqual(ours.length, theirs.length)
  return Math.max(...ours.map((value, at) => Math.abs(value - theirs[at]!)))
}

for (const [by, here] of Object.entries(served))
  for (const way of ['grpc', 'http'] as const)
    test(`KS1 over ${way}, ${by} gives the boxes that a session of ours gives of the same frame`, async t => {
      if (!here.server) return t.skip(here.missing)
      await using own = await local()
      const { model, tally } = await remote(here.server[way])
      await using _ = model
      const [ours, theirs] = await inFrame(own.detector({}), model.detector({}))
      ok(ours!.count > 3)
      ok(mostApart(ours!, theirs!) < 1e-3, `they are ${mostApart(ours!, theirs!)} apart`)
      deepStrictEqual(Object.keys(tally.figures.served!.exchanges), ['answered'])
    })

test('KS3 over HTTP, numbers go to Triton and come back as bytes, and to MLServer, which has no such extension, as text', async t => {
  const isBinary: Record<string, boolean> = {}
  for (const [by, { server, missing }] of Object.entries(served)) {
    if (!server) return t.skip(missing)
    using client = dial({ url: server.http, model: server.model })
    const { inputs, outputs, isBinary: says } = await client.metadata(3000)
    const input = { ...inputs[0]!, bytes: new Uint8Array(4 * 3 * 416 * 416) }
    const [answer] = await client.infer({ input, outputs: outputs.map(({ name }) => name), isBinary: says }, 5000)
    isBinary[by] = says && answer!.values instanceof Uint8Array
  }
  deepStrictEqual(isBinary, { mlserver: false, triton: true })
})

test('KS2 a local model stands in for a server that was killed, until it is back', async t => {
  const { server, missing } = served.mlserver
  if (!server) return t.skip(missing)
  const { model, tally } = await remote(server.grpc, await local())
  await using _ = model
  const detector = model.detector({})
  const [before] = await inFrame(detector)
  const already = tally.figures.served!.fallbacks
  await server.stop()
  const [meanwhile] = await inFrame(detector)
  deepStrictEqual(tally.figures.served!.fallbacks, already + 1)
  ok(mostApart(before!, meanwhile!) < 1e-3)
  await inFrame(detector, detector, detector)
  await server.start()
  const answered = () => tally.figures.served!.exchanges.answered!.count
  const [first] = [answered()]
  // The first that is answered opens it anew, and the next is a frame's.
  while (answered() < first + 2) await inFrame(detector)
  const fallbacks = tally.figures.served!.fallbacks
  const [again] = await inFrame(detector)
  deepStrictEqual([tally.figures.served!.fallbacks, again!.count], [fallbacks, before!.count])
})
