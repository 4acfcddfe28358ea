import { deepStrictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import type { StateMessage } from '../../src/contract/live.ts'
import { createLog } from '../../src/core/log.ts'
import { LogReader } from '../../src/events/log-reader.ts'
import { StreamWorker } from '../../src/roles/streams/stream-worker.ts'
import type { FromStreamWorker, StreamTask, WorkerPlace } from '../../src/roles/streams/worker-messages.ts'
import { makeClip } from '../support/make-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const timeout = 90_000
const logName = 'live-1'

const placeIn = (folder: string): WorkerPlace => ({
  ...{ logs: join(folder, 'logs'), logName, epochs: join(folder, 'epochs'), crumbs: join(folder, 'crumbs') },
  ...{ modelTrials: join(folder, 'trials'), demo: join(folder, 'demo'), egress: {}, maxFps: undefined },
  ...{ trackPictures: false, readingThreads: 1, concurrency: 1, batch: 1 },
  telling: { logLevel: 'silent', tracedPerMinute: 0 }
})

/** What the log has of the stream's ups and downs so far. */
function ends(logs: string): readonly string[] {
  using reader = new LogReader(logs, logName)
  return reader
    .read(1)
    .records.flatMap(({ record }) => (record.type === 'event' ? [record.body] : []))
    .flatMap(({ kind, epoch }) => (kind === 'stream-up' || kind === 'stream-down' ? [`${epoch} ${kind}`] : []))
}

test('SW1 orders about a stream are carried out in turn: what is hosted again begins when all of its former life is logged', {
  timeout
}, async () => {
  await using folder = await temporaryFolder()
  const source = join(folder.path, 'clip.mp4')
  await makeClip(source, { frames: 40, fps: 20, gop: 20 })
  const place = placeIn(folder.path)
  let heard: (state: StateMessage) => void = () => undefined
  const state = (is: StateMessage['state']) =>
    new Promise<readonly string[]>(resolve => {
      heard = told => {
        if (told.state === is) resolve(ends(place.logs))
      }
    })
  await using worker = await StreamWorker.open(place, {
    socket: new PassThrough(),
    say: (message: FromStreamWorker) => {
      if (message.type === 'state') heard(message.state)
    },
    log: createLog('silent'),
    openModels: () => Promise.reject(new Error('there are no models here')),
    fatal: error => {
      throw error
    }
  })
  const task: StreamTask = { name: 'door', place: 0, settings: { source, model: 'motion' }, atLeast: 1, isBack: false }
  const up = state('up')
  await worker.hear({ type: 'host', task })
  await up
  const connecting = state('connecting')
  const orders = [worker.hear({ type: 'drop', stream: 'door' }), worker.hear({ type: 'host', task })]
  deepStrictEqual(await connecting, ['1 stream-up', '1 stream-down'])
  await Promise.all(orders)
})
