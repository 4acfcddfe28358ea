import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Settings } from '../../src/store/blobs/s3-settings.ts'
import { freePort } from './free-port.ts'
import { type GuardedProgram, startGuarded } from './guarded-program.ts'
import { findMinio } from './s3-binary.ts'

/** An S3 server of the test's own, on a port of the loopback interface. */
export interface S3Server extends AsyncDisposable {
  /** Makes an empty bucket, and gives the settings for it. */
  bucket(): Promise<S3Settings>
  /** Uploads of a key that were begun and not ended. */
  uploads(settings: S3Settings, key: string): Promise<number>
  /** SIGKILL, as a power cut ends it. */
  kill(): Promise<void>
  /** Starts it again after `kill`, with the same port and files; resolves when it answers. */
  restart(): Promise<void>
  /** SIGSTOP: connections stay and nothing answers. */
  stall(): void
  /** Ends `stall`. */
  resume(): void
}

const keys = { accessKeyId: 'sightline', secretAccessKey: 'kept-to-itself-42' }

/** Starts MinIO, or says why there is none: `{ missing }` is the reason to skip with. Its files lie in `folder`. */
export async function startS3Server(
  folder = mkdtempSync(join(tmpdir(), 'sightline-s3-'))
): Promise<(S3Server & { readonly missing: false }) | { readonly missing: string }> {
  const found = findMinio()
  if ('missing' in found) return found
  const { path } = found
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials: keys })
  let running = await start()
  let buckets = 0

  function start(): Promise<GuardedProgram> {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      MINIO_ROOT_USER: keys.accessKeyId,
      MINIO_ROOT_PASSWORD: keys.secretAccessKey,
      MINIO_BROWSER: 'off',
      MINIO_UPDATE: 'off'
    }
    const command = [path, 'server', join(folder, 'data'), '--address', `127.0.0.1:${port}`, '--quiet']
    return startGuarded(command, port, { env, folder, isReady: () => answers(`${endpoint}/minio/health/ready`) })
  }

  return {
    missing: false,
    kill: () => running.kill(),
    async bucket() {
      const bucket = `bucket-${++buckets}`
      await client.send(new CreateBucketCommand({ Bucket: bucket }))
      return { bucket, prefix: 'kept/', region: 'us-east-1', endpoint, pathStyle: true, keys }
    },
    async uploads({ bucket }, key) {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }))
      return Uploads.length
    },
    async restart() {
      running = await start()
    },
    stall: () => void process.kill(running.pid, 'SIGSTOP'),
    resume: () => void process.kill(running.pid, 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      client.destroy()
      await running.kill()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
