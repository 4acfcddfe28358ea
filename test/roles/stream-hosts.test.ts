import { deepStrictEqual, notStrictEqual, strictEqual } from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createLog } from '../../src/core/log.ts'
import { type HostsOptions, StreamHosts, type StreamPast } from '../../src/roles/streams/stream-hosts.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { forkInstead, heedingWorker } from '../support/worker-program.ts'

interface Given {
  /** What is run in place of Node. Left out: what ends when it is told to. */
  readonly program?: string
  readonly epochs?: Partial<HostsOptions['epochs']>
  readonly options?: Partial<HostsOptions>
}

/** Hosts whose workers are processes that hear nothing, and what was told of their streams. */
async function hosting(t: TestContext, folder: string, { program, epochs, options }: Given) {
  const crumbs = join(folder, 'crumbs')
  await mkdir(crumbs)
  if (program === undefined) await forkInstead(t, folder, heedingWorker)
  else {
    const { execPath } = process
    t.after(() => {
      process.execPath = execPath
    })
    process.execPath = program
  }
  const told: string[] = []
  const hosted: string[] = []
  const hosts = new StreamHosts({
    ...{ workers: 1, cores: 1, crumbs, environment: {}, log: createLog('silent') },
    epochs: { highest: () => 0, nextLogName: role => `${role}-1`, ...epochs },
    place: {
      ...{ logs: folder, epochs: '', demo: '', modelTrials: '', egress: {}, maxFps: undefined, batch: undefined },
      ...{ trackPictures: false, remoteModels: undefined, readingThreads: 1 },
      telling: { logLevel: 'silent', tracedPerMinute: 0 }
    },
    past: async () => ({ highest: 7, broken: [] }),
    ...{ hear: () => undefined, receive: () => undefined },
    hosted: stream => void hosted.push(stream),
    unhosted: (stream, reason) => void told.push(`${stream}: ${reason}`),
    ...options
  })
  // Those that a test has left behind.
  t.after(async () => {
    const ended = hosts.close()
    for (const { pid } of hosts.workers) if (pid !== undefined) process.kill(pid, 'SIGKILL')
    await ended
  })
  return { hosts, told, hosted }
}

async function until(is: () => boolean): Promise<void> {
  for (const limitMs = performance.now() + 60_000; !is(); await new Promise(setImmediate))
    if (performance.now() > limitMs) throw new Error('it did not come about within 60 s')
}

/** What is told of a stream, the first two times, where no worker can be begun. */
async function without(t: TestContext, epochs: Given['epochs'] = {}) {
  await using folder = await temporaryFolder()
  const { hosts, told } = await hosting(t, folder.path, { program: '/nowhere/node', epochs })
  hosts.set('door', { source: 'demo:' })
  await until(() => told.length >= 2)
  const { count: deaths } = hosts.deaths
  await hosts.close()
  return { told: told.slice(0, 2), deaths }
}

test('HO1 where the machine has no process for a worker it is asked again, nothing is blamed and main lives on', async t => {
  const why = 'door: No process could be begun to host it (ENOENT).'
  deepStrictEqual(await without(t), { told: [why, why], deaths: 0 })
})

test('HO2 nor does main die of a disk without room for the name of a worker’s log', async t => {
  const nextLogName = () => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  }
  const why = 'door: No process could be begun to host it (ENOSPC).'
  deepStrictEqual(await without(t, { nextLogName }), { told: [why, why], deaths: 0 })
})

/** Lives until it is killed. */
async function lasting(folder: string): Promise<string> {
  const program = join(folder, 'lasting')
  await writeFile(program, '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
  return program
}

test('HO3 whose worker dies gets another, behind all epochs that are stored, and at the second death one of its own', async t => {
  await using folder = await temporaryFolder()
  const { hosts, told } = await hosting(t, folder.path, { program: await lasting(folder.path) })
  hosts.set('door', { source: 'demo:' })
  const pids = new Set<number | undefined>()
  const facts: unknown[] = []
  for (let life = 1; life <= 3; life++) {
    await until(() => hosts.hostOf('door') !== undefined)
    const { pid, isAlone, tasks } = hosts.hostOf('door')!
    pids.add(pid)
    facts.push([tasks.get('door')!.atLeast, isAlone])
    process.kill(pid!, 'SIGKILL')
    await until(() => hosts.hostOf('door')?.pid !== pid)
  }
  const ended = hosts.close()
  for (const { pid } of hosts.workers) if (pid !== undefined) process.kill(pid, 'SIGKILL')
  await ended
  deepStrictEqual(facts, [
    [8, false],
    [8, false],
    [8, true]
  ])
  strictEqual(pids.size, 3)
  strictEqual(told[0], 'door: The process that hosted it ended (SIGKILL).')
})

test('HO4 what is set as it was notices nothing, what is set otherwise is told, and what is removed is hosted no more', async t => {
  await using folder = await temporaryFolder()
  const { hosts, hosted } = await hosting(t, folder.path, { program: await lasting(folder.path) })
  hosts.set('door', { source: 'demo:' })
  await until(() => hosted.length === 1)
  const worker = hosts.hostOf('door')!
  const task = worker.tasks.get('door')
  hosts.set('door', { source: 'demo:' })
  strictEqual(worker.tasks.get('door'), task)
  hosts.set('door', { source: 'demo:', maxFps: 5 })
  notStrictEqual(worker.tasks.get('door'), task)
  strictEqual(hosted.length, 2)
  hosts.remove('door')
  deepStrictEqual([hosts.hostOf('door'), hosts.isWanted('door')], [undefined, false])
  const ended = hosts.close()
  process.kill(worker.pid!, 'SIGKILL')
  await ended
})

test('HO5 nor of one without room when the end of a removed stream is to be told late', async t => {
  await using folder = await temporaryFolder()
  const past = Promise.withResolvers<StreamPast>()
  const lines: string[] = []
  const log = createLog('warn', { write: line => void lines.push(line) })
  const nextLogName = () => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  }
  const options = { log, past: () => past.promise, mostDelayMs: 0 }
  const { hosts } = await hosting(t, folder.path, { program: '/nowhere/node', epochs: { nextLogName }, options })
  hosts.set('door', { source: 'demo:' })
  hosts.remove('door')
  const broken = [{ stream: 'door', epoch: 3, baseMs: 0, frame: 1, ptsMs: 40, tracks: [] }]
  setTimeout(() => past.resolve({ highest: 3, broken }), 30)
  await until(() => lines.length > 0)
  await hosts.close()
  deepStrictEqual(
    lines.map(line => JSON.parse(line)).map(({ stream, msg, err: { message } }) => [stream, msg, message]),
    [['door', 'it cannot be told how a stream ended', 'no space left on device']]
  )
})

const demo = { source: 'demo:' }

/** Kills the worker that hosts it, and waits for the next. */
async function kill(hosts: StreamHosts, stream: string): Promise<void> {
  const { pid } = hosts.hostOf(stream)!
  process.kill(pid!, 'SIGKILL')
  await until(() => hosts.hostOf(stream) !== undefined && hosts.hostOf(stream)!.pid !== pid)
}

test('HO6 a worker of its own ends with its stream; what is added again under that name has no past', async t => {
  await using folder = await temporaryFolder()
  const { hosts, hosted } = await hosting(t, folder.path, {})
  hosts.set('door', demo)
  await until(() => hosted.length === 1)
  hosts.noteUp('door')
  await kill(hosts, 'door')
  await kill(hosts, 'door')
  const own = hosts.hostOf('door')!
  deepStrictEqual([own.isAlone, own.tasks.get('door')!.isBack], [true, true])
  hosts.remove('door')
  deepStrictEqual(await own.exited, 'status 0')
  hosts.set('door', demo)
  await until(() => hosts.hostOf('door') !== undefined)
  const { isAlone, tasks } = hosts.hostOf('door')!
  await hosts.close()
  deepStrictEqual([isAlone, tasks.get('door')!.isBack], [false, false])
})

test('HO7 workers that work otherwise: streams move into new ones, who was removed meanwhile is hosted no more', async t => {
  await using folder = await temporaryFolder()
  const { hosts, told, hosted } = await hosting(t, folder.path, {})
  for (const stream of ['door', 'gate']) hosts.set(stream, demo)
  await until(() => hosted.length === 2)
  const [before] = hosts.workers
  hosts.renew({ egress: { deny: ['10.0.0.0/8'] }, batch: undefined })
  hosts.remove('gate')
  hosts.set('yard', demo)
  await until(() => hosts.hostOf('yard') !== undefined)
  // Not in one that is about to end.
  notStrictEqual(hosts.hostOf('yard'), before)
  await until(() => hosts.hostOf('door') !== undefined)
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate)
  const streams = hosts.workers.flatMap(({ tasks }) => [...tasks.keys()])
  const rules = hosts.workers.map(({ place }) => place.egress)
  const { count: deaths } = hosts.deaths
  await hosts.close()
  deepStrictEqual(streams.sort(), ['door', 'yard'])
  deepStrictEqual(rules, [{ deny: ['10.0.0.0/8'] }])
  // Their end was ordered.
  deepStrictEqual([told, deaths], [[], 0])
})

test('HO8 a stream goes to the worker with the least to do, by weight; one that a stream has for itself is none of them', async t => {
  await using folder = await temporaryFolder()
  const { hosts, hosted } = await hosting(t, folder.path, { options: { workers: 2 } })
  const set = async (stream: string, weight: number) => {
    hosts.set(stream, { ...demo, weight })
    await until(() => hosted.includes(stream))
    return hosts.hostOf(stream)!
  }
  const idle = await set('early', 1)
  hosts.remove('early')
  strictEqual(await set('lone', 1), idle)
  await kill(hosts, 'lone')
  await kill(hosts, 'lone')
  const [lone, door, gate] = [hosts.hostOf('lone')!, await set('door', 5), await set('gate', 1)]
  deepStrictEqual([lone.isAlone, new Set([lone, door, gate]).size], [true, 3])
  strictEqual(await set('hall', 3), gate)
  strictEqual(await set('yard', 2), gate)
  strictEqual(await set('roof', 1), door)
  await hosts.close()
})
