import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { dataFolder } from '../../src/core/data-folder.ts'
import { openBlobs } from '../../src/roles/blob-place.ts'
import type { S3Settings } from '../../src/store/blobs/s3-settings.ts'
import { openDatabase } from '../../src/store/database.ts'
import { contentOf, digestOf, fillStore } from '../store/backup/full-store.ts'
import { digestsOf } from '../store/blobs/contents.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { startS3Server } from './s3-server.ts'

const server = await startS3Server()
const folder = await temporaryFolder()
after(async () => {
  if (server.missing === false) await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** Runs with the environment of an instance whose contents are in the bucket; undefined for one with none on S3. */
async function within<Result>(settings: S3Settings | undefined, work: () => Promise<Result>): Promise<Result> {
  const { env } = process
  const before = { ...env }
  if (settings) {
    env.SIGHTLINE_S3_BUCKET = settings.bucket
    env.SIGHTLINE_S3_PREFIX = settings.prefix
    env.SIGHTLINE_S3_ENDPOINT = settings.endpoint
    env.SIGHTLINE_S3_ACCESS_KEY_ID = settings.keys?.accessKeyId
    env.SIGHTLINE_S3_SECRET_ACCESS_KEY = settings.keys?.secretAccessKey
  }
  try {
    return await work()
  } finally {
    for (const name of Object.keys(env)) if (!(name in before)) delete env[name]
  }
}

describe('backups and contents on S3', { skip: server.missing }, () => {
  const first = dataFolder(join(folder.path, 'first'))
  const file = join(folder.path, 'all.tar')

  test('S1 contents come out of a bucket beside a running instance, whose unfinished uploads stay', async () => {
    if (server.missing !== false) return
    const bucket = await server.bucket()
    await within(bucket, async () => {
      await using store = await openDatabase({ file: first.store })
      await fillStore(store, 5)
      await using blobs = await openBlobs(first, { environment: process.env })
      for (let n = 1; n <= 5; n++) await blobs.put(contentOf(n))
      const upload = join(first.path, 'local', 'uploads', 'under-way')
      await writeFile(upload, 'half')
      const { status, stdout, stderr } = await runCommand('backup', file, '--data', first.path, '--json')
      strictEqual(status, 0, stderr)
      const { blobs: count, missingBlobs } = JSON.parse(stdout)
      deepStrictEqual([count, missingBlobs, existsSync(upload)], [5, 0, true])
    })
    match((await runCommand('backup', `${file}.other`, '--data', first.path)).stderr, /SL_BLOB_NOT_FOUND/)
  })

  test('S2 and go into another bucket, or onto the disk', async () => {
    if (server.missing !== false) return
    const second = dataFolder(join(folder.path, 'second'))
    const bucket = await server.bucket()
    await within(bucket, async () => {
      const restored = await runCommand('restore', file, '--data', second.path)
      match(restored.stdout, /5 contents were restored/, restored.stderr)
      await using blobs = await openBlobs(second, { environment: process.env })
      deepStrictEqual(await digestsOf(blobs), [1, 2, 3, 4, 5].map(digestOf).sort())
    })
    strictEqual(existsSync(second.blobs), false)
    const third = dataFolder(join(folder.path, 'third'))
    match((await runCommand('restore', file, '--data', third.path)).stdout, /5 contents were restored/)
    strictEqual((await readdir(third.blobs)).length, 6)
  })
})
