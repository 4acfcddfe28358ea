import { deepStrictEqual } from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { StateMessage } from '../../src/contract/live.ts'
import { createLog } from '../../src/core/log.ts'
import { LiveStreams } from '../../src/roles/streams/live-streams.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { forkInstead } from '../support/worker-program.ts'

/** Says that what it hosts is up and, when it is told to stop, that it failed; sends its tracks both times, and ends. */
const script = `
const { writeSync } = require('node:fs')
const say = (stream, state) => process.send({ type: 'state', state: { type: 'state', stream, title: stream, sinceMs: 0, state } })
const send = (stream, text) => {
  const facts = Buffer.from(JSON.stringify({ kind: 'tracks', stream }))
  const head = Buffer.alloc(8)
  head.writeUInt32LE(facts.length, 0)
  head.writeUInt32LE(text.length, 4)
  writeSync(4, Buffer.concat([head, facts, Buffer.from(text)]))
}
const streams = []
process.on('message', ({ type, task }) => {
  if (type === 'host') {
    streams.push(task.name)
    send(task.name, 'now')
    say(task.name, 'up')
  } else if (type === 'stop') {
    for (const stream of streams) {
      send(stream, 'old')
      say(stream, 'failed')
    }
    process.disconnect()
  }
})`

/** Streams in workers that do as the script says, and what is told of them. */
async function streamsWith(t: TestContext, folder: string) {
  const crumbs = join(folder, 'crumbs')
  await mkdir(crumbs)
  await forkInstead(t, folder, script)
  const told: StateMessage[] = []
  const tracks: string[] = []
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
    ...{ onRemoved: () => undefined, onCommitted: () => undefined },
    onTracks: (_, text) => {
      tracks.push(text.toString())
      heard()
    },
    keepPicture: async () => undefined
  })
  /** Resolves when it has been up so often, and its tracks came as often. */
  const up = (times: number) =>
    new Promise<void>(resolve => {
      heard = () => {
        const ups = told.filter(({ state }) => state === 'up').length
        if (ups === times && tracks.filter(text => text === 'now').length === times) resolve()
      }
      heard()
    })
  return { streams, told, tracks, up }
}

test('FW1 what a former worker still says of a stream is not believed', { timeout: 30_000 }, async t => {
  await using folder = await temporaryFolder()
  const { streams, told, tracks, up } = await streamsWith(t, folder.path)
  await using _ending = streams
  streams.set('door', { source: 'demo:' })
  await up(1)
  streams.renew({ egress: {}, batch: undefined })
  await up(2)
  deepStrictEqual(
    told.map(({ state }) => state),
    ['connecting', 'up', 'up']
  )
  deepStrictEqual(tracks, ['now', 'now'])
})
