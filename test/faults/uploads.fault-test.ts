import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { noisyClip } from '../api/uploads/noisy-clip.ts'
import { asFirstAdmin } from '../support/first-admin.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const tus = { 'tus-resumable': '1.0.0' }

interface Item {
  readonly state: string
  readonly digest: string | null
  readonly job: string | null
}

/** A serving process, and how to ask it as its first admin. */
async function serving(folder: string) {
  const process = new ServingProcess(folder)
  await process.says(/^Ready/m)
  const [, url = ''] = /(http:\S+)\/readyz/.exec(process.said) ?? []
  const cookie = await asFirstAdmin(url, process.said)
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, url), { ...init, headers: { ...cookie, ...tus, ...(init.headers as Record<string, string>) } })
  const send = (path: string, offset: number, body: Uint8Array | ReadableStream) =>
    ask(path, {
      method: 'PATCH',
      headers: { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
      body: body as Uint8Array<ArrayBuffer>,
      duplex: 'half'
    } as RequestInit)
  const item = async (path: string) => (await (await ask(path)).json()) as Item & { readonly bytes: number }
  return { process, ask, send, item }
}

const soon = () => new Promise(resolve => setTimeout(resolve, 20))

test('UF1 an upload outlives a server that is killed in the middle of it, and of looking at it', async () => {
  await using folder = await temporaryFolder()
  const clip = await noisyClip()
  let path: string
  {
    const { process, ask, send, item } = await serving(folder.path)
    await using _process = process
    const made = await ask('/api/v1/uploads', {
      method: 'POST',
      headers: { 'upload-length': String(clip.length), 'upload-metadata': `filename ${btoa('match.mp4')}` }
    })
    equal(made.status, 201)
    path = made.headers.get('location')!
    const half = new ReadableStream({ start: controller => controller.enqueue(clip.subarray(0, 100_000)) })
    const sending = send(path, 0, half).catch(() => 'cut')
    while ((await item(path)).bytes < 100_000) await soon()
    await process.stop('SIGKILL')
    equal(await sending, 'cut')
  }
  {
    const { process, ask, send } = await serving(folder.path)
    await using _process = process
    const offset = Number((await ask(path, { method: 'HEAD' })).headers.get('upload-offset'))
    equal(offset, 100_000)
    equal((await send(path, offset, clip.subarray(offset))).status, 204)
    await process.stop('SIGKILL')
  }
  const { process, ask, item } = await serving(folder.path)
  await using _process = process
  while ((await item(path)).state === 'checking') await soon()
  const { state, digest, job } = await item(path)
  deepStrictEqual([state, digest], ['ready', createHash('sha256').update(clip).digest('hex')])
  ok(job !== null)
  equal((await ask(`/api/v1/jobs/${job}`)).status, 200)
  const id = path.split('/').at(-1)!
  deepStrictEqual((await readdir(join(folder.path, 'uploads'))).sort(), [`${id}.json`, 'work'].sort())
})
