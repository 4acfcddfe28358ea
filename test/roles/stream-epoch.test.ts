import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import { DetectionColumns } from '../../src/core/columns.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { type Claim, Turns } from '../../src/pipeline/turns.ts'
import { RecordOutlet } from '../../src/roles/streams/record-outlet.ts'
import { StreamCounts } from '../../src/roles/streams/stream-counts.ts'
import { StreamDetectors } from '../../src/roles/streams/stream-detectors.ts'
import { type SharedLooks, StreamEmbedders } from '../../src/roles/streams/stream-embedders.ts'
import { type EpochParts, StreamEpoch } from '../../src/roles/streams/stream-epoch.ts'
import type { Detector } from '../../src/vision/detector.ts'
import { ScriptedFrame } from '../support/scripted-detector.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const openModels = () => Promise.reject(new Error('there are no models here'))
const detectors = () => new StreamDetectors({ openModels, concurrency: 1, batch: 1, log: createLog('silent') })
const noEmbedders = new StreamEmbedders(() => Promise.reject(new Error('there is no such model')))
const ended = () => new SightlineError('SL_INPUT_ENDED', 'door: the source ended.')

function begin(outlet: RecordOutlet, parts: Partial<EpochParts> = {}): Promise<StreamEpoch> {
  const settings: StreamSettings = { source: 'demo:', model: 'motion' }
  return StreamEpoch.begin(
    {
      ...{ stream: 'door', settings, epoch: 1, baseMs: 0, codec: 'h264', reason: 'started' },
      ...{ detectors: detectors(), embedders: noEmbedders },
      ...{ outlet, pictures: undefined, counts: new StreamCounts(), traces: undefined },
      ...{ seen: () => undefined, failed: () => undefined },
      ...parts
    },
    new ScriptedFrame(0)
  )
}

test('EP1 an epoch that ends before its first look is new no more: nobody waits for what will not come', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker' })
  const outlet = new RecordOutlet(log)
  const epoch = await begin(outlet)
  strictEqual(epoch.isNew, true)
  const ending = epoch.end(ended())
  strictEqual(epoch.isNew, false)
  await ending
  await outlet.close()
})

const reid = { model: 'osnet' }
const known: StreamSettings = { source: 'demo:', model: 'motion', tracker: 'sightline', reid }

test('EP2 what knows people again is given back when the epoch ends', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker' })
  const outlet = new RecordOutlet(log)
  const said: string[] = []
  const taken = (model: string) => ({ looks: {}, [Symbol.asyncDispose]: async () => void said.push(`-${model}`) })
  const embedders = {
    take: async ({ model }: { readonly model: string }) => {
      said.push(`+${model}`)
      return taken(model) as unknown as SharedLooks
    }
  }
  const epoch = await begin(outlet, { settings: known, embedders })
  deepStrictEqual(said, ['+osnet'])
  await epoch.end(ended())
  deepStrictEqual(said, ['+osnet', '-osnet'])
  await outlet.close()
})

test('EP2 where that cannot be had there is no epoch, and the detector is given back', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker' })
  const outlet = new RecordOutlet(log)
  const real = detectors()
  let isBack = false
  const watched = {
    take: async (...asked: Parameters<StreamDetectors['take']>) => {
      const { detector, turns, ...shared } = await real.take(...asked)
      const leave = async () => {
        isBack = true
        await shared[Symbol.asyncDispose]()
      }
      return { detector, turns, [Symbol.asyncDispose]: leave }
    }
  }
  await rejects(begin(outlet, { settings: known, detectors: watched }), /no such model/)
  strictEqual(isBack, true)
  await outlet.close()
})

test('EP3 as many of its frames wait as its settings say, by their weight and priority; the others are counted as dropped', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker' })
  const outlet = new RecordOutlet(log)
  const real = detectors()
  const claims: Claim[] = []
  class Watched extends Turns {
    override join(claim: Claim) {
      claims.push(claim)
      return super.join(claim)
    }
  }
  const turns = new Watched(1)
  const busy = {
    take: async (...asked: Parameters<StreamDetectors['take']>) => ({ ...(await real.take(...asked)), turns })
  }
  const taken = await turns.join({ weight: 1, priority: 9 }).turn()
  const settings: StreamSettings = { source: 'demo:', model: 'motion', weight: 4, priority: 2, frameBuffer: 3 }
  const counts = new StreamCounts()
  const epoch = await begin(outlet, { settings, detectors: busy, counts })
  deepStrictEqual(claims.slice(1), [{ weight: 4, priority: 2 }])
  for (let index = 0; index < 9; index++) {
    epoch.put(new ScriptedFrame(index))
    await new Promise(setImmediate)
  }
  const open = { bytes: 0, lostPackets: 0, droppedUnits: 0 }
  const { frames } = counts.snapshot({ open, lostRecords: 0, waiting: 0 })
  // One waits for its turn apart from them.
  deepStrictEqual([epoch.waiting, frames], [3, { 'dropped-overload': 5 }])
  taken[Symbol.dispose]()
  await epoch.end(ended())
  await outlet.close()
})

/** Finds the same box in each frame: a fifth of the picture wide and high. Says in which. */
class Finding implements Detector {
  readonly name = 'finding'
  readonly provider = 'javascript'
  readonly labels = ['thing']
  readonly request = { width: 4, height: 4, format: 'gray8', mode: 'stretch', pad: 0 } as const
  readonly invalidBoxes = 0
  readonly concurrency = 1

  async acquire() {
    return { pixels: Buffer.alloc(16) }
  }

  release(): void {}

  async detect(): Promise<DetectionColumns> {
    const found = new DetectionColumns(1)
    found.push(0.1, 0.1, 0.2, 0.2, 0.9, 0)
    return found
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

const ten = Array.from({ length: 10 }, (_, index) => index)

/** What came of pictures in which nothing changes, and whether anything was tracked in them. */
async function tracked(settings: Partial<StreamSettings>, { indices = ten, turns = new Turns(1) } = {}) {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker' })
  const outlet = new RecordOutlet(log)
  const outcomes: string[] = []
  let isTracked = false
  let next = Promise.withResolvers<void>()
  const finding = { detector: new Finding(), turns, [Symbol.asyncDispose]: async () => undefined }
  const epoch = await begin(outlet, {
    settings: { source: 'demo:', ...settings },
    detectors: { take: async () => finding },
    seen: (_frame, { outcome, rows }) => {
      outcomes.push(outcome)
      isTracked ||= rows.count > 0
      next.resolve()
    }
  })
  for (const index of indices) {
    next = Promise.withResolvers<void>()
    epoch.put(new ScriptedFrame(index))
    await next.promise
  }
  await epoch.end(ended())
  await outlet.close()
  return { analysed: outcomes.filter(outcome => outcome === 'analysed').length, isTracked }
}

test('EP4 what stands still is looked at now and then, and all the time where the gate is left out', async () => {
  const gated = await tracked({})
  ok(gated.analysed < 10 && gated.isTracked, `${gated.analysed} were analysed`)
  deepStrictEqual(await tracked({ gate: false }), { analysed: 10, isTracked: true })
})

for (const [rule, settings] of [
  [
    'in a mask',
    {
      masks: [
        [
          [0, 0],
          [1, 0],
          [1, 1],
          [0, 1]
        ]
      ]
    }
  ],
  ['smaller than wanted', { minSize: 0.5 }],
  ['larger than wanted', { maxSize: 0.01 }]
] as const)
  test(`EP5 what is ${rule} is not tracked`, async () => {
    const given = { gate: false, ...settings } as unknown as Partial<StreamSettings>
    deepStrictEqual(await tracked(given), { analysed: 10, isTracked: false })
  })

test('EP6 the tracker is the one that is asked for', async () => {
  await rejects(tracked({ tracker: 'none of ours' as 'sort' }), /No tracker is called none of ours/)
})

test('EP7 what is looked at only to confirm that it stands still waits longer while others wait for the detector', async () => {
  class Wanted extends Turns {
    override get areTaken() {
      return true
    }
  }
  const after6s = [0, 60]
  const alone = await tracked({}, { indices: after6s })
  const beside = await tracked({}, { indices: after6s, turns: new Wanted(1) })
  deepStrictEqual([alone.analysed, beside.analysed], [2, 1])
})
