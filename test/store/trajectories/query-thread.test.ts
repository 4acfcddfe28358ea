import { rejects, strictEqual, throws } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { QueryThread } from '../../../src/store/trajectories/query-thread.ts'
import type { RegionTask } from '../../../src/store/trajectories/region-digest.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const task: RegionTask = {
  kind: 'region',
  ...{ fromMs: 0, toMs: 1, anchor: undefined, labels: undefined, bucketMs: undefined },
  corners: [
    [0, 0],
    [1, 0],
    [1, 1]
  ],
  ...{ withPositions: false, mostTracks: 1, mostPositions: 1 }
}

test('a thread that is closed takes no question, and lets none wait', async () => {
  const thread = new QueryThread()
  const query = thread.open(task)
  const waiting = query.finish()
  await Promise.all([rejects(waiting, { code: 'SL_CANCELLED' }), thread[Symbol.asyncDispose]()])
  throws(() => thread.open(task), { code: 'SL_CANCELLED' })
})

test('a question that the thread does not know may be asked again', async () => {
  await using thread = new QueryThread()
  const query = thread.open(task)
  await query.finish()
  await rejects(query.finish(), { code: 'SL_INTERNAL', retryable: true })
})

test('whoever waits for an answer or for the end keeps the process alive; an idle thread does not', async () => {
  const url = new URL('../../../src/store/trajectories/query-thread.ts', import.meta.url).href
  const program = `
    const { QueryThread } = await import(${JSON.stringify(url)})
    const [idle, closed] = [new QueryThread(), new QueryThread()]
    for (const thread of [idle, closed]) console.log((await thread.open(${JSON.stringify(task)}).finish()).answer.points)
    await closed[Symbol.asyncDispose]()
    console.log('closed')`
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'program.mjs')
  await writeFile(path, program)
  const { stdout } = await promisify(execFile)(process.execPath, [path], { timeout: 30_000 })
  strictEqual(stdout, '0\n0\nclosed\n')
})
