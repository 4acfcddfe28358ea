import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { RecordOutlet } from '../../src/roles/streams/record-outlet.ts'
import { StreamCounts } from '../../src/roles/streams/stream-counts.ts'
import { StreamDetectors } from '../../src/roles/streams/stream-detectors.ts'
import { StreamEmbedders } from '../../src/roles/streams/stream-embedders.ts'
import { StreamEpoch } from '../../src/roles/streams/stream-epoch.ts'
import { ScriptedFrame } from '../support/scripted-detector.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('EP1 an epoch that ends before its first look is new no more: nobody waits for what will not come', async () => {
  await using folder = await temporaryFolder()
  await using log = await EventLog.open({ logs: folder.path, name: 'worker' })
  const outlet = new RecordOutlet(log)
  const openModels = () => Promise.reject(new Error('there are no models here'))
  const epoch = await StreamEpoch.begin(
    {
      ...{ stream: 'door', settings: { source: 'demo:', model: 'motion' }, epoch: 1, baseMs: 0, codec: 'h264' },
      reason: 'started',
      detectors: new StreamDetectors({ openModels, concurrency: 1, batch: 1, log: createLog('silent') }),
      embedders: new StreamEmbedders(() => Promise.reject(new Error('no model is wanted here'))),
      ...{ outlet, pictures: undefined, counts: new StreamCounts(), traces: undefined },
      ...{ seen: () => undefined, failed: () => undefined }
    },
    new ScriptedFrame(0)
  )
  strictEqual(epoch.isNew, true)
  const ending = epoch.end(new SightlineError('SL_INPUT_ENDED', 'door: the source ended.'))
  strictEqual(epoch.isNew, false)
  await ending
  await outlet.close()
})
