import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openModelStore } from '../../src/commands/open-model-store.ts'
import { createLog } from '../../src/core/log.ts'
import { runJobs } from '../../src/jobs/runner.ts'
import { analysisJob } from '../../src/roles/analysis-job.ts'
import { Assets } from '../../src/store/assets.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase, type StoreDatabase } from '../../src/store/database.ts'
import { Jobs } from '../../src/store/jobs.ts'
import { JobClaims } from '../../src/store/jobs-claims.ts'
import { StoreSink } from '../../src/store/log-sink.ts'
import type { CountTable } from '../../src/store/tables-counts.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { silentLog } from './scripted-jobs.ts'

/** Milliseconds of a worker's life after which it is killed, attempt by attempt; then it is left in peace. */
const livesMs = [5, 120, 250, 400]

test('a job whose worker is killed again and again leaves what an undisturbed one leaves', async () => {
  await using folder = await temporaryFolder()
  const inside = (name: string) => join(folder.path, name)
  const clip = inside('clip.mp4')
  await makeClip(clip, {
    width: 320,
    height: 180,
    frames: 400,
    fps: 10,
    paint: (index, w, h) => movingSquare(index % 100, w, h)
  })
  await using database = await openDatabase({ file: inside('store.sqlite') })
  await using blobs = await openDiskBlobs({ folder: inside('blobs'), secrets: inside('secrets') })
  await using sink = new StoreSink(database)
  const parts = {
    assets: new Assets(database, blobs),
    sinks: [sink],
    deadLetters: inside('dead-letters.sqlite'),
    openModels: () => openModelStore(),
    log: createLog('silent')
  }
  const jobs = new Jobs(database)
  const add = async () => {
    const flags = { model: 'motion', zone: ['left=0,0;0.5,0;0.5,1;0,1'], line: ['door=0.5,0.2;0.5,1'] }
    const options = { title: 'clip.mp4', flags, settings: {}, modifiedMs: 1_800_000_000_000 }
    return (
      await jobs.add({ kind: 'analysis', input: clip, options, stream: 'clip', ownStream: true, maxAttempts: 20 })
    ).job
  }
  const run = async (onAttempt: (id: string, attempt: number, ended: AbortSignal) => void = () => undefined) => {
    let ended = new AbortController()
    await runJobs({
      claims: new JobClaims(database, { instance: 'here', run: '1', kinds: ['analysis'] }),
      kinds: { analysis: analysisJob(parts) },
      folder: inside('jobs'),
      signal: new AbortController().signal,
      log: silentLog,
      environment: process.env,
      here: folder.path,
      untilEmpty: true,
      pollMs: 10,
      backOff: { firstMs: 1, longestMs: 2 },
      onChange(job, change) {
        ended.abort()
        ended = new AbortController()
        if (change === 'started') onAttempt(job.id, job.attempt, ended.signal)
      }
    })
  }
  const undisturbed = await add()
  await run()

  const disturb = async () => {
    const { id } = await add()
    await run((id, attempt, ended) => {
      const lifeMs = livesMs[attempt - 1]
      if (lifeMs !== undefined) void killAfter(lifeMs, join(inside('jobs'), `${id}.pid`), ended)
    })
    return jobs.get(id)
  }
  let disturbed = await disturb()
  // Where we stand still for a while, a worker is done before it is killed.
  for (let tries = 1; tries < 5 && disturbed.attempt <= livesMs.length; tries++) disturbed = await disturb()
  const { state, attempt } = disturbed
  deepStrictEqual([state, attempt], ['done', livesMs.length + 1])
  const [expected, found] = [await rowsOf(database, undisturbed.stream), await rowsOf(database, disturbed.stream)]
  ok(expected.events.length > 8)
  deepStrictEqual(found, expected)
  strictEqual((await references(database, disturbed.id)).join(), (await references(database, undisturbed.id)).join())
})

/** Kills the process whose id comes into a file, so long after it came. */
async function killAfter(lifeMs: number, pidFile: string, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const pid = pidIn(pidFile)
    if (pid !== undefined) {
      await pause(lifeMs)
      // Main may not have heard yet that it has ended by itself.
      if (!ended.aborted && pidIn(pidFile) === pid) kill(pid)
      return
    }
    await pause(2)
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

function pidIn(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

/** All that the store knows of a stream, without its name. */
async function rowsOf({ sql }: StoreDatabase, stream: string) {
  const of = async (table: 'tracks' | 'trajectory_heads' | 'trajectory_chunks' | 'measure_samples' | CountTable) =>
    sql.selectFrom(table).selectAll().where('stream', '=', stream).execute()
  const events = await sql.selectFrom('events').selectAll().where('stream', '=', stream).orderBy('id').execute()
  const rows = {
    events: events.map(({ n: _, ...event }) => event),
    tracks: await of('tracks'),
    heads: await of('trajectory_heads'),
    chunks: await of('trajectory_chunks'),
    samples: await of('measure_samples'),
    minutes: await of('event_minutes'),
    hours: await of('event_hours')
  }
  return JSON.parse(JSON.stringify(rows).replaceAll(stream, 'STREAM')) as typeof rows
}

/** What is kept for a job, but for the summary, which has times. */
async function references({ sql }: StoreDatabase, id: string): Promise<string[]> {
  const rows = await sql
    .selectFrom('asset_references')
    .select(['name', 'digest'])
    .where('owner', '=', `job/${id}`)
    .orderBy('name')
    .execute()
  // The header of stored tracks has the stream's name, the summary has times.
  const same = rows.filter(({ name }) => name !== 'summary.json' && name !== 'tracks.sltr')
  return [`${rows.length} files`, ...same.map(({ name, digest }) => `${name} ${digest}`)]
}
