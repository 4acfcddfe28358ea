import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { test } from 'node:test'
import { type CatalogueEntry, loadCatalogue } from '../../src/vision/catalogue.ts'
import { ModelStore } from '../../src/vision/model-store.ts'
import { FileServer } from '../support/file-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const body = Buffer.from('the bytes of a model')
const otherBody = Buffer.from('the bytes of another')
const sha256 = createHash('sha256').update(body).digest('hex')

/** A store over empty folders with one model, `tiny`, that a server on loopback has. */
async function scene(change: Partial<CatalogueEntry> = {}) {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await FileServer.start(body))
  const { path: folder } = stack.use(await temporaryFolder())
  const entry: CatalogueEntry = {
    name: 'tiny',
    task: 'detect',
    title: 'Tiny',
    family: 'yolox',
    file: 'tiny.onnx',
    url: server.url,
    sha256,
    licence: 'MIT',
    input: { width: 64, height: 64 },
    classes: 'coco',
    ...change
  }
  const searchPath = [join(folder, 'first'), join(folder, 'second')]
  const cache = join(folder, 'cache')
  const lockFile = join(folder, 'data', 'models.lock')
  const store = new ModelStore(
    new Map([[entry.name, entry]]),
    { searchPath, cache, lockFile },
    { attempts: 2, retryDelayMs: 1 }
  )
  const put = async (path: string, bytes: Buffer) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
  return { server, folder, entry, cache, lockFile, store, put, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const unverified = { sha256: undefined, unverified: true as const }

test('a path to a file is used as it is', async () => {
  await using it = await scene()
  await it.put('own.onnx', otherBody)
  const path = join(it.folder, 'own.onnx')
  deepStrictEqual(await it.store.resolve(path), { path, entry: undefined, origin: 'named' })
})

test("a path to one of the catalogue's models is known for what it is", async () => {
  await using it = await scene({ bytes: body.length })
  await it.put('renamed.onnx', body)
  await it.put('as-long.onnx', Buffer.alloc(body.length))
  strictEqual((await it.store.resolve(join(it.folder, 'renamed.onnx'))).entry, it.entry)
  strictEqual((await it.store.resolve(join(it.folder, 'as-long.onnx'))).entry, undefined)
})

test('a path to nothing is not found', async () => {
  await using it = await scene()
  await rejects(it.store.resolve('no/such.onnx'), { code: 'SL_MODEL_NOT_FOUND', message: /no\/such\.onnx/ })
})

test('an unknown name is answered with the nearest ones', async () => {
  await using it = await scene()
  await rejects(it.store.resolve('tinny'), { code: 'SL_MODEL_UNKNOWN', message: /has no tinny\. Did you mean tiny\?/ })
})

test('a name like no other is answered with all there are', async () => {
  await using it = await scene()
  await rejects(it.store.resolve('elephant'), { code: 'SL_MODEL_UNKNOWN', message: /It knows tiny\./ })
})

test('a file in a sub-folder of the search path is found, and nothing is downloaded', async () => {
  await using it = await scene()
  await it.put('second/deep/er/tiny.onnx', body)
  const { path, origin } = await it.store.resolve('tiny')
  deepStrictEqual([path, origin], [join(it.folder, 'second/deep/er/tiny.onnx'), 'found'])
  strictEqual(it.server.requests.length, 0)
})

test('the earlier folder of the search path wins, and the cache comes last', async () => {
  await using it = await scene()
  await it.put('cache/tiny.onnx', body)
  await it.put('second/tiny.onnx', body)
  strictEqual((await it.store.resolve('tiny')).path, join(it.folder, 'second/tiny.onnx'))
  await it.put('first/deep/tiny.onnx', body)
  strictEqual((await it.store.resolve('tiny')).path, join(it.folder, 'first/deep/tiny.onnx'))
})

test('folders deeper than the bound are not entered', async () => {
  await using it = await scene()
  await it.put('first/1/2/3/4/5/tiny.onnx', body)
  strictEqual((await it.store.present()).size, 0)
  await it.put('first/1/2/3/4/tiny.onnx', body)
  strictEqual((await it.store.present()).get('tiny'), join(it.folder, 'first/1/2/3/4/tiny.onnx'))
})

test('links that lead in a circle end', async () => {
  await using it = await scene()
  await mkdir(join(it.folder, 'first'))
  await symlink(join(it.folder, 'first'), join(it.folder, 'first', 'again'))
  strictEqual((await it.store.present()).size, 0)
})

test('a found file with another checksum is refused by its name', async () => {
  await using it = await scene()
  await it.put('first/tiny.onnx', otherBody)
  const actual = createHash('sha256').update(otherBody).digest('hex')
  await rejects(it.store.resolve('tiny'), error => {
    ok(error instanceof Error && 'code' in error)
    strictEqual(error.code, 'SL_MODEL_CHECKSUM')
    for (const part of [join(it.folder, 'first/tiny.onnx'), sha256, actual]) ok(error.message.includes(part), part)
    return true
  })
})

test('an absent model is downloaded into the cache, once', async () => {
  await using it = await scene()
  const path = join(it.cache, 'tiny.onnx')
  deepStrictEqual(await it.store.resolve('tiny'), { path, entry: it.entry, origin: 'downloaded' })
  deepStrictEqual(await it.store.resolve('tiny'), { path, entry: it.entry, origin: 'found' })
  deepStrictEqual(await readFile(path), body)
  strictEqual(it.server.requests.length, 1)
})

test('a download with another checksum leaves nothing in the cache', async () => {
  await using it = await scene()
  it.server.body = otherBody
  await rejects(it.store.resolve('tiny'), { code: 'SL_MODEL_CHECKSUM', message: new RegExp(`expected is ${sha256}`) })
  deepStrictEqual(await readdir(it.cache), [])
})

test('a download longer than the catalogue says is refused', async () => {
  await using it = await scene({ bytes: body.length - 1 })
  await rejects(it.store.resolve('tiny'), { code: 'SL_MODEL_DOWNLOAD_FAILED', message: /longer than the 19 bytes/ })
})

test('pulled by several at once, the model is whole and verified', async () => {
  await using it = await scene()
  await Promise.all(Array.from({ length: 5 }, () => it.store.resolve('tiny')))
  strictEqual((await it.store.verify(it.entry)).state, 'verified')
  deepStrictEqual(await readdir(it.cache), ['tiny.onnx'])
})

const unreachable = [
  { rule: 'offline', code: 'SL_MODEL_DOWNLOAD_FAILED', prepare: (server: FileServer) => server[Symbol.asyncDispose]() },
  {
    rule: 'with a 404',
    code: 'SL_MODEL_NOT_FOUND',
    prepare: (server: FileServer) => void (server.script = [{ status: 404 }])
  }
]
for (const { rule, code, prepare } of unreachable) {
  test(`${rule}, the error names the search path and the URL`, async () => {
    await using it = await scene()
    await prepare(it.server)
    await rejects(it.store.resolve('tiny'), error => {
      ok(error instanceof Error && 'code' in error)
      strictEqual(error.code, code)
      for (const part of [...it.store.searchPath, it.server.url, 'SIGHTLINE_MODELS'])
        ok(error.message.includes(part), part)
      return true
    })
  })
}

test('a model without a URL is not found, and its folders are named', async () => {
  await using it = await scene({ url: undefined })
  await rejects(it.store.resolve('tiny'), { code: 'SL_MODEL_NOT_FOUND', message: new RegExp(it.cache) })
})

test('the first download of an unverified model pins its checksum', async () => {
  await using it = await scene(unverified)
  await it.store.resolve('tiny')
  deepStrictEqual(JSON.parse(await readFile(it.lockFile, 'utf8')), {
    name: 'tiny',
    url: it.server.url,
    sha256,
    bytes: body.length
  })
})

test('a later download with other bytes than the pinned ones is refused', async () => {
  await using it = await scene(unverified)
  await mkdir(dirname(it.lockFile))
  await writeFile(it.lockFile, `${JSON.stringify({ name: 'tiny', url: it.server.url, sha256, bytes: body.length })}\n`)
  it.server.body = otherBody
  await rejects(it.store.resolve('tiny'), { code: 'SL_MODEL_CHECKSUM' })
  deepStrictEqual(await readdir(it.cache), [])
})

test('first downloads at the same time with different bytes: only one kind is accepted', async () => {
  await using it = await scene(unverified)
  it.server.script = [{ body }, { body: otherBody }, { body }, { body: otherBody }]
  const pulls = await Promise.allSettled(Array.from({ length: 4 }, () => it.store.resolve('tiny')))
  strictEqual(pulls.filter(({ status }) => status === 'fulfilled').length, 2)
  strictEqual((await it.store.verify(it.entry)).state, 'verified')
})

test('a found file of an unverified model counts as unverified until one is pinned', async () => {
  await using it = await scene(unverified)
  await it.put('first/tiny.onnx', otherBody)
  strictEqual((await it.store.verify(it.entry)).state, 'unverified')
  strictEqual((await it.store.resolve('tiny')).origin, 'found')
})

test('a line in models.lock that is no pin is named', async () => {
  await using it = await scene(unverified)
  await mkdir(dirname(it.lockFile))
  await writeFile(it.lockFile, '\n{"name": "tiny"}\n')
  await rejects(it.store.resolve('tiny'), {
    code: 'SL_CATALOGUE_INVALID',
    message: /models\.lock has a line 2 without/
  })
})

test('every model of the catalogue that SIGHTLINE_MODELS has verifies', async t => {
  if (!process.env.SIGHTLINE_MODELS) return t.skip('SIGHTLINE_MODELS is not set')
  const searchPath = process.env.SIGHTLINE_MODELS.split(delimiter)
  const store = new ModelStore(await loadCatalogue(), { searchPath, cache: 'no-cache', lockFile: 'no-lock' })
  const present = await store.present()
  ok(present.size > 0, 'SIGHTLINE_MODELS has none of the models')
  for (const name of present.keys()) strictEqual((await store.verify(store.entry(name))).state, 'verified', name)
})
