import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { DetectionColumns } from '../../src/core/columns.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { Turns } from '../../src/pipeline/turns.ts'
import { RecordOutlet } from '../../src/roles/streams/record-outlet.ts'
import { StreamCounts } from '../../src/roles/streams/stream-counts.ts'
import type { SharedDetector } from '../../src/roles/streams/stream-detectors.ts'
import { StreamEmbedders } from '../../src/roles/streams/stream-embedders.ts'
import { StreamEpoch } from '../../src/roles/streams/stream-epoch.ts'
import type { Detector } from '../../src/vision/detector.ts'
import { inTime } from '../support/in-time.ts'
import { ScriptedFrame } from '../support/scripted-detector.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A detector that answers when it may, and what became of it. */
class Waiting implements Detector {
  readonly name: string
  readonly provider = 'javascript'
  readonly labels = ['thing']
  readonly request = { width: 4, height: 4, format: 'gray8', mode: 'stretch', pad: 0 } as const
  readonly invalidBoxes = 0
  readonly concurrency = 1
  readonly asked = Promise.withResolvers<void>()
  readonly may = Promise.withResolvers<void>()

  constructor(name: string) {
    this.name = name
  }

  async acquire() {
    return { pixels: Buffer.alloc(16) }
  }

  release(): void {}

  async detect(): Promise<DetectionColumns> {
    this.asked.resolve()
    await this.may.promise
    return new DetectionColumns(0)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

test('RD1 a detector whose place another takes is let go when it has answered for the frame that it has, and not before', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker' })
  const outlet = new RecordOutlet(log)
  const closed: string[] = []
  const shared = (detector: Detector): SharedDetector => ({
    detector,
    turns: new Turns(1),
    [Symbol.asyncDispose]: async () => void closed.push(detector.name)
  })
  const [old, young] = [new Waiting('old'), new Waiting('young')]
  const epoch = await StreamEpoch.begin(
    {
      ...{ stream: 'door', settings: { source: 'demo:', gate: false }, epoch: 1, baseMs: 0, codec: 'h264' },
      ...{ reason: 'started', detectors: { take: async () => shared(old) } },
      ...{ embedders: new StreamEmbedders(() => Promise.reject(new Error('there is none'))), outlet },
      ...{ pictures: undefined, counts: new StreamCounts(), traces: undefined },
      ...{ seen: () => undefined, failed: () => undefined }
    },
    new ScriptedFrame(0)
  )
  epoch.put(new ScriptedFrame(0))
  await inTime('the old one is asked', old.asked.promise)
  const replaced = epoch.look(shared(young))
  epoch.put(new ScriptedFrame(1))
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
  deepStrictEqual(closed, [])
  old.may.resolve()
  await inTime('the old one is let go', replaced)
  deepStrictEqual(closed, ['old'])
  await inTime('the young one is asked', young.asked.promise)
  young.may.resolve()
  await epoch.end(new SightlineError('SL_INPUT_ENDED', 'door: the source ended.'))
  await outlet.close()
})
