import { deepStrictEqual, match, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { dataFolder } from '../../src/core/data-folder.ts'
import { Assets } from '../../src/store/assets.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atMost } from './support/form.ts'
import { askSqlite, keptEvents, miscounted } from './support/kept-events.ts'
import { MountedDisk } from './support/mounted-disk.ts'
import { withoutMounts } from './support/run-tool.ts'
import { Serving } from './support/serving.ts'
import { SteadyLife } from './support/steady-life.ts'
import { until } from './support/until.ts'
import { watch } from './support/watched.ts'

// The disk of one place is full while everything goes on: what is accepted is kept, and all recovers by itself.

const perSecond = 500
const pace = { tickMs: 20, group: perSecond / 50, segmentBytes: 1_000_000 }

interface Place {
  readonly data: string
  readonly disk: MountedDisk
  readonly serving: Serving
  readonly worker: SteadyLife
  /** Resolves when /readyz has this status and names all of these, each as `part code`. */
  says(status: string, ...problems: string[]): Promise<string>
}

/** Numbered events come in while `part` of the data folder lies on a disk of its own; in the end each is kept once. */
async function onSmallDisk(
  t: TestContext,
  part: 'logs' | 'store' | 'blobs',
  megabytes: number,
  trouble: (place: Place) => Promise<void>
): Promise<void> {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'data')
  await using disk = await MountedDisk.create(join(data, part), megabytes)
  await using serving = new Serving(data)
  await serving.ready()
  await using worker = new SteadyLife({ data, stream: 'door', baseMs: Date.now(), ...pace })
  await worker.takes(perSecond)
  deepStrictEqual((await serving.readiness()).status, 'ready')
  const watching = await watch(serving)
  const says = async (status: string, ...problems: string[]) => {
    let told = ''
    await until(
      `it is ${[status, ...problems].join(', ')}`,
      async () => {
        const now = await serving.readiness()
        told = now.problems.map(({ part, code, message }) => `${part} ${code} ${message}`).join('\n')
        return now.status === status && problems.every(problem => told.includes(problem))
      },
      { why: () => told }
    )
    return told
  }
  await trouble({ data, disk, serving, worker, says })
  await says('ready')
  await worker.finish()
  await serving.drained()
  const { slowestMs, states } = await watching.ended()
  deepStrictEqual(await serving.stop(), 0)
  const ask = await askSqlite(data)
  const kept = await keptEvents(ask, [worker])
  t.diagnostic(`${kept.accepted} accepted, ${kept.events} kept; /healthz at most ${slowestMs} ms; ${states.join(', ')}`)
  deepStrictEqual([kept.lost, kept.twice, kept.foreign], [[], [], []])
  deepStrictEqual(kept.accepted, worker.made)
  deepStrictEqual(await miscounted(ask), [])
  ok(slowestMs < 1000, `/healthz took ${slowestMs} ms`)
}

describe('a full disk', { skip: withoutMounts(), concurrency: true, timeout: 600_000 }, () => {
  test('U1 of the logs: nothing is accepted, detection goes on, readiness says why, and it recovers', t =>
    onSmallDisk(t, 'logs', 16, async ({ disk, worker, says }) => {
      await disk.fill()
      await until('an append is refused', () => worker.refused.size > 0)
      await disk.fill()
      deepStrictEqual([...worker.refused], ['SL_LOG_FULL'])
      await until('its log says so', () => worker.problem === 'SL_LOG_FULL')
      match(await says('degraded', 'disk SL_STORAGE_LOW'), /The disk of \S+\/logs \(log\) is \d+ % full/)
      // What was delivered makes a little room now and then: some may be accepted, as long as it is kept.
      await worker.makes(atMost(4, 60) * perSecond)
      ok(worker.made - worker.accepted.size > perSecond, `${worker.accepted.size} of ${worker.made} accepted`)
      await disk.relieve()
      await until('its log is well', () => worker.problem === undefined)
    }))

  // Large enough for the write-ahead log, which is written back from 16 MB on, beside the file itself.
  test('U2 of the store: logs take everything, readiness says why, and all of it comes in', t =>
    onSmallDisk(t, 'store', atMost(96, 400), async ({ disk, worker, says }) => {
      await disk.fill()
      match(await says('not-ready', 'store SL_STORE_FULL', 'disk SL_STORAGE_LOW'), /has no space left on its disk/)
      await worker.takes(atMost(4, 120) * perSecond)
      await disk.relieve()
      await says('ready')
      deepStrictEqual([...worker.refused], [])
    }))

  test('U3 of the blobs: keeping is refused for now, all else goes on, readiness says why, and it recovers', t =>
    onSmallDisk(t, 'blobs', 16, async ({ data, disk, worker, says }) => {
      const { store, blobs: folder, secrets } = dataFolder(data)
      await using database = await openDatabase({ file: store })
      await using blobs = await openDiskBlobs({ folder, secrets, alone: false, probeEveryMs: 100 })
      const assets = new Assets(database, blobs)
      const clip = Buffer.alloc(4e6, 'clip')
      const keep = () => assets.keep(clip, { kind: 'clip', owner: 'clip/1', name: 'clip.mp4', stream: 'door' })
      await disk.fill()
      for (let n = 0; n < 3; n++) await rejects(keep(), { code: 'SL_BLOB_FULL', retryable: true })
      deepStrictEqual(
        blobs.problems().map(({ part, code }) => `${part} ${code}`),
        ['blobs SL_BLOB_FULL']
      )
      match(await says('degraded', 'disk SL_STORAGE_LOW'), /clips and uploads are not kept; detection goes on/)
      await worker.takes(atMost(2, 60) * perSecond)
      await disk.relieve()
      await until('it is well', () => blobs.problems().length === 0)
      const { digest, bytes } = await keep()
      deepStrictEqual([digest, bytes], [createHash('sha256').update(clip).digest('hex'), clip.length])
      const rows = await database.sql.selectFrom('assets').select(['digest', 'state']).execute()
      deepStrictEqual(rows, [{ digest, state: 'ready' }])
      deepStrictEqual(
        (await Array.fromAsync(blobs.list())).map(blob => blob.digest),
        [digest]
      )
      deepStrictEqual([...worker.refused], [])
    }))
})
