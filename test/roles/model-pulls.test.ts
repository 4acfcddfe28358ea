import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createLog } from '../../src/core/log.ts'
import { modelFacts } from '../../src/roles/model-desk.ts'
import { ModelPulls } from '../../src/roles/model-pulls.ts'
import type { CatalogueEntry } from '../../src/vision/catalogue.ts'
import { FileServer } from '../support/file-server.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tinyCatalogue, tinyDetector } from '../support/tiny-catalogue.ts'

/** Downloads of the model `tiny` and others, which a server on loopback has. */
async function opened(t: TestContext, ...others: readonly Partial<CatalogueEntry>[]) {
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const server = stack.use(await FileServer.start(Buffer.from(tinyDetector)))
  const { path } = stack.use(await temporaryFolder())
  const { openModels, place } = await tinyCatalogue(path, { url: server.url }, ...others)
  const pulls = stack.use(new ModelPulls({ openModels, log: createLog('silent') }))
  const model = async (name = 'tiny') => (await modelFacts({ openModels, pulls })).find(each => each.name === name)!
  /** Waits for what a server on loopback and a disk do. */
  const until = async (is: (model: Awaited<ReturnType<typeof modelFacts>>[number]) => boolean) => {
    for (let tries = 0; tries < 6000; tries++) {
      const now = await model()
      if (is(now)) return now
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    throw new Error(`it stays ${JSON.stringify(await model())}`)
  }
  return { server, pulls, place, model, until }
}

test('MP1 a model is downloaded once, with how far it is, and is here then', async t => {
  const { server, pulls, model, until } = await opened(t)
  server.script = [{ stallAfter: 100 }]
  deepStrictEqual(
    [(await model()).isPresent, (await model()).isDownloadable, (await model()).pull],
    [false, true, null]
  )
  equal(await pulls.begin('tiny'), true)
  equal(await pulls.begin('tiny'), false, 'it goes on already')
  const { pull } = await until(({ pull }) => (pull?.doneBytes ?? 0) > 0)
  deepStrictEqual([pull?.state, pull?.doneBytes, pull?.totalBytes], ['running', 100, tinyDetector.length])
  equal(await pulls.cancel('tiny'), true)
  equal((await model()).pull, null)
  equal(await pulls.begin('tiny'), true)
  await until(({ isPresent }) => isPresent)
  equal(server.requests.at(-1)?.range, 'bytes=100-', 'it went on from where it was')
  deepStrictEqual([(await model()).pull, await pulls.begin('tiny'), await pulls.cancel('tiny')], [null, false, false])
})

test('MP2 other bytes than the checksum’s are not kept, and why is told until the next try', async t => {
  const { server, pulls, until } = await opened(t)
  server.script = [{ body: Buffer.alloc(tinyDetector.length, 7) }]
  await pulls.begin('tiny')
  const { pull, isPresent } = await until(({ pull }) => pull?.state === 'failed')
  deepStrictEqual([isPresent, pull?.error?.code], [false, 'SL_MODEL_CHECKSUM'])
  match(pull?.error?.message ?? '', /SHA-256/)
  await pulls.begin('tiny')
  await until(model => model.isPresent)
})

test('MP3 two at once are enough, and what nobody offers is said so', async t => {
  const slow = await FileServer.start(Buffer.from(tinyDetector))
  t.after(() => slow[Symbol.asyncDispose]())
  slow.script = [{ stallAfter: 1 }, { stallAfter: 1 }]
  const other = (name: string, more: object = {}) => ({ name, file: `${name}.onnx`, url: slow.url, ...more })
  const { pulls } = await opened(t, other('one'), other('two'), other('nowhere', { url: undefined }))
  deepStrictEqual([await pulls.begin('one'), await pulls.begin('two')], [true, true])
  await pulls.begin('tiny').then(
    () => ok(false),
    error => deepStrictEqual(error.code, 'SL_LIMIT_REACHED')
  )
  await pulls.begin('nowhere').then(
    () => ok(false),
    error => match(error.message, /nowhere\.onnx into a folder/)
  )
})

test('MP4 all end with the server, and no new ones begin', async t => {
  const { server, pulls } = await opened(t)
  server.script = [{ stallAfter: 1 }]
  await pulls.begin('tiny')
  await pulls[Symbol.asyncDispose]()
  deepStrictEqual([pulls.of('tiny'), await pulls.begin('tiny')], [undefined, false])
})
