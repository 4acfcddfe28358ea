import { deepStrictEqual, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdirSync, readlinkSync } from 'node:fs'
import { rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { keepRecording } from '../../../src/store/jobs-results.ts'
import { until } from '../../faults/support/until.ts'
import { fill, video } from './rest-contents.ts'
import { RestHouse } from './rest-house.ts'

const linux = process.platform === 'linux' ? false : 'needs Linux'
/** Files below `folder` that this process has open. */
const openBelow = (folder: string) =>
  readdirSync('/proc/self/fd').filter(descriptor => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith(folder)
    } catch {
      return false
    }
  }).length

test('HM1 a link that stands in place of a kept file leads nowhere', { skip: linux }, async t => {
  const house = await RestHouse.open(t)
  const { recordingId, clipId } = await fill(house, 'yard')
  const secret = join(house.blobs, 'secret')
  await writeFile(secret, 'not yours')
  for (const content of [video, Buffer.from('{}')]) {
    const digest = createHash('sha256').update(content).digest('hex')
    const path = join(house.blobs, digest.slice(0, 2), digest.slice(2, 4), digest)
    await rm(path)
    await symlink(secret, path)
  }
  for (const path of [`recordings/${recordingId}/video`, `clips/${clipId}/video`, `reports/${recordingId}/paths.json`])
    for (const range of [undefined, 'bytes=0-3']) {
      const answer = await house.ask(`/api/v1/${path}`, { as: 'vera', headers: { ...(range && { range }) } })
      const text = await answer.text()
      ok(answer.status >= 400, `${path}: ${answer.status}`)
      ok(!text.includes('not') && !text.includes(house.blobs), text)
    }
})

test('HM2 a flood of ranges of a large file, taken or not, leaves no file open', { skip: linux }, async t => {
  const house = await RestHouse.open(t)
  const id = 'abcdefghjkmn'
  const owner = { kind: 'upload', owner: `job/${id}`, name: 'v.mp4' } as const
  const { digest } = await house.assets.keep(Buffer.alloc(20_000_000), owner, { contentType: 'video/mp4' })
  const of = { stream: 'yard', epoch: 1, title: 'Long', asset: digest, facts: '{}' }
  await keepRecording(house.database, { id, ...of, started_ms: 1, duration_ms: 1, created_ms: 1 })
  const path = `/api/v1/recordings/${id}/video`
  const flood = Array.from({ length: 300 }, (_, at) => `${at}-`).join()
  const statuses = await Promise.all(
    Array.from({ length: 300 }, async (_, at) => {
      const range = at % 2 ? `bytes=${at}-${at}` : `bytes=${flood}`
      const answer = await house.ask(path, { headers: { range } })
      return [answer.status, (await answer.bytes()).length < 1000]
    })
  )
  deepStrictEqual(
    statuses,
    statuses.map((_, at) => [at % 2 ? 206 : 416, true])
  )
  await Promise.all(
    Array.from(
      { length: 100 },
      () =>
        new Promise<void>(resolve => {
          const headers = { authorization: 'Bearer admin', range: 'bytes=1-' }
          const asking = request(`${house.url}${path}`, { headers }, () => asking.destroy())
          asking.on('error', () => undefined).on('close', () => resolve())
          asking.end()
        })
    )
  )
  await until('files are closed', () => openBelow(house.blobs) === 0)
})
