import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Settings } from '../../src/store/blobs/s3-settings.ts'
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

/** Ends the server and removes its files when this process is gone, however it went: its standard input closes then. */
const guard = `"$@" & server=$!
trap '' PIPE INT TERM HUP
echo $server
read -r word
kill -9 $server 2>/dev/null
wait $server 2>/dev/null
[ -n "$word" ] || rm -rf "$GUARDED"`

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

  async function start() {
    const args = [path, 'server', join(folder, 'data'), '--address', `127.0.0.1:${port}`, '--quiet']
    const child = spawn('sh', ['-c', guard, 'guard', ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        GUARDED: folder,
        MINIO_ROOT_USER: keys.accessKeyId,
        MINIO_ROOT_PASSWORD: keys.secretAccessKey,
        MINIO_BROWSER: 'off',
        MINIO_UPDATE: 'off'
      },
      stdio: ['pipe', 'pipe', 'pipe']
    })
    let log = ''
    child.stderr.on('data', chunk => (log = (log + chunk).slice(-4000)))
    const [line] = await once(child.stdout, 'data')
    child.stdout.on('data', chunk => (log = (log + chunk).slice(-4000)))
    for (let attempt = 0; !(await answers(`${endpoint}/minio/health/ready`)); attempt++) {
      if (child.exitCode !== null || attempt > 600) throw new Error(`MinIO did not start in ${folder}: ${log}`)
      await pause(50)
    }
    return { child, pid: Number.parseInt(`${line}`, 10) }
  }

  async function kill(): Promise<void> {
    const { child } = running
    if (child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.stdin.end('kept\n')
    await ended
  }

  return {
    missing: false,
    kill,
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
      await kill()
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
