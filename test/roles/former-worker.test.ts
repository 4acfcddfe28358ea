import { deepStrictEqual } from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { StateMessage } from '../../src/contract/live.ts'
import { createLog } from '../../src/core/log.ts'
import { LiveStreams } from '../../src/roles/streams/live-streams.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { forkInstead } from '../support/worker-program.ts'

/** Says that what it hosts is up and, when it is told to stop, that it failed; then it ends. */
const script = `
const say = (stream, state) => process.send({ type: 'state', state: { type: 'state', stream, title: stream, sinceMs: 0, state } })
const streams = []
process.on('message', ({ type, task }) => {
  if (type === 'host') {
    streams.push(task.name)
    say(task.name, 'up')
  } else if (type === 'stop') {
    for (const stream of streams) say(stream, 'failed')
    process.disconnect()
  }
})`

/** Streams in workers that do as the script says, and what is told of them. */
async function streamsWith(t: TestContext, folder: string) {
  const crumbs = join(folder, 'crumbs')
  await mkdir(crumbs)
  await forkInstead(t, folder, script)
  const told: StateMessage[] = []
  let heard: () => void = () => undefined
  let logs = 0
  const streams = new LiveStreams({
    ...{ workers: 1, cores: 1, crumbs, environment: {}, log: createLog('silent') },
    epochs: { highest: () => 0, nextLogName: role => `${role}-${++logs}` },
    place: {
      ...{ logs: folder, epochs: '', demo: '', modelTrials: '', egress: {}, maxFps: undefined, batch: undefined },
      ...{ trackPictures: false, remoteModels: undefined, readingThreads: 1 },
      telling: { logLevel: 'silent', tracedPerMinute: 0 }
    },
    past: async () => ({ highest: 0, broken: [] }),
    onState: state => {
      told.push(state)
      heard()
    },
    ...{ onRemoved: () => undefined, onTracks: () => undefined, onCommitted: () => undefined },
    keepPicture: async () => undefined
  })
  /** Resolves when it has been told to be up so often. */
  const up = (times: number) =>
    new Promise<void>(resolve => {
      heard = () => {
        if (told.filter(({ state }) => state === 'up').length === times) resolve()
      }
      heard()
    })
  return { streams, told, up }
}

test('FW1 what a former worker still says of a stream is not believed', { timeout: 30_000 }, async t => {
  await using folder = await temporaryFolder()
  const { streams, told, up } = await streamsWith(t, folder.path)
  await using _ending = streams
  streams.set('door', { source: 'demo:' })
  await up(1)
  streams.renew({ egress: {}, batch: undefined })
  await up(2)
  deepStrictEqual(
    told.map(({ state }) => state),
    ['connecting', 'up', 'up']
  )
})
