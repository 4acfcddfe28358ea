import { deepStrictEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openModelStore } from '../../src/commands/open-model-store.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import { DeadLetters } from '../../src/events/dead-letters.ts'
import type { Sink } from '../../src/events/sink.ts'
import { runJobs } from '../../src/jobs/runner.ts'
import { analysisJob } from '../../src/roles/analysis-job.ts'
import { Assets } from '../../src/store/assets.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { Jobs } from '../../src/store/jobs.ts'
import { JobClaims } from '../../src/store/jobs-claims.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('what a sink refuses of a job is among the dead letters, as what it refuses of a worker is', async () => {
  await using folder = await temporaryFolder()
  const inside = (name: string) => join(folder.path, name)
  await makeClip(inside('clip.mp4'), { width: 160, height: 90, frames: 40, fps: 10, paint: movingSquare })
  await using database = await openDatabase({ file: inside('store.sqlite') })
  await using blobs = await openDiskBlobs({ folder: inside('blobs'), secrets: inside('secrets') })
  const taken: string[] = []
  /** Takes all but tracks. */
  const sink: Sink = {
    name: 'picky',
    required: true,
    position: async () => 1,
    forget: async () => undefined,
    async take({ records }) {
      const error = new SightlineError('SL_RECORD_INVALID', 'No tracks here.')
      taken.push(...records.filter(({ record }) => record.type === 'track').map(({ record }) => record.id))
      return records.filter(({ record }) => record.type === 'track').map(({ seq }) => ({ seq, error }))
    }
  }
  const options = { title: 'clip.mp4', flags: { model: 'motion' }, settings: {}, modifiedMs: 1_800_000_000_000 }
  const { job } = await new Jobs(database).add({
    kind: 'analysis',
    input: inside('clip.mp4'),
    options,
    stream: 'clip',
    ownStream: true
  })
  const log = createLog('silent')
  const deadLetters = inside('dead-letters.sqlite')
  const parts = {
    assets: new Assets(database, blobs),
    sinks: [sink],
    deadLetters,
    openModels: () => openModelStore(),
    log
  }
  await runJobs({
    claims: new JobClaims(database, { instance: 'here', run: '1', kinds: ['analysis'] }),
    kinds: { analysis: analysisJob(parts) },
    folder: inside('jobs'),
    signal: new AbortController().signal,
    log,
    environment: process.env,
    here: folder.path,
    untilEmpty: true
  })
  ok(taken.length > 0)
  using letters = new DeadLetters(deadLetters)
  deepStrictEqual(
    letters.list().map(({ log, sink, id, code }) => [log, sink, id, code]),
    taken.map(id => [`job-${job.id}`, 'picky', id, 'SL_RECORD_INVALID'])
  )
})
