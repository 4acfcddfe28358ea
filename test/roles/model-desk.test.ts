import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import type { RemoteModelsSettings } from '../../src/config/remote-model-settings.ts'
import type { Model } from '../../src/contract/api/model.ts'
import { Audit } from '../../src/store/audit.ts'
import { FileServer } from '../support/file-server.ts'
import { ServedHouse } from '../support/served-house.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tinyCatalogue, tinyDetector } from '../support/tiny-catalogue.ts'

const stack = new AsyncDisposableStack()
let served: ServedHouse
let server: FileServer
before(async () => {
  server = stack.use(await FileServer.start(Buffer.from(tinyDetector)))
  const { path } = stack.use(await temporaryFolder())
  const { openModels, place } = await tinyCatalogue(
    path,
    { url: server.url },
    { name: 'here', file: 'here.onnx' },
    { name: 'wrong', file: 'wrong.onnx' },
    { name: 'tells', file: 'tells.onnx', task: 'embed', family: 'embedding', classes: undefined }
  )
  await place('here.onnx')
  await place('wrong.onnx', Buffer.alloc(100))
  served = stack.use(await ServedHouse.open({}, { openModels, settings: { models: { remote } } }))
})
after(() => stack.disposeAsync())

const remote: RemoteModelsSettings = {
  gate: { type: 'kserve', url: 'grpc://olga:secret@gpu-box:8001', model: 'yolox', fallback: 'here' },
  yard: { type: 'kserve', url: 'http://gpu-box:8000', model: 'balls', classes: ['ball'] },
  roof: { type: 'kserve', url: 'http://gpu-box:8000', model: 'mystery', family: 'yolox' }
}

const actions = async () =>
  (await new Audit(served.house.storage.database).page({ subject: 'model/tiny' })).items.map(
    ({ actor, action }) => `${actor} ${action}`
  )
const picture = async () => (await createCanvas(64, 32).encode('jpeg', 80)).toString('base64')

test('MD1 admins download, operators try, and viewers look at the list alone', async () => {
  const statuses = async (what: string, body?: object) =>
    Promise.all(['olga', 'vera'].map(async as => (await served.ask(what, { as, ...(body && { body }) })).status))
  deepStrictEqual(await statuses('GET /api/v1/models'), [200, 200])
  deepStrictEqual(await statuses('POST /api/v1/models/tiny/pull'), [403, 403])
  deepStrictEqual(await statuses('POST /api/v1/models/tiny/pull/cancel'), [403, 403])
  deepStrictEqual(await statuses('POST /api/v1/models/tells/try', { picture: await picture() }), [409, 403])
  deepStrictEqual(await actions(), [])
})

test('MD2 a download is in the audit once, and is seen in the list', async () => {
  server.script = [{ stallAfter: 10 }]
  const begun = await served.ask('POST /api/v1/models/tiny/pull')
  const { state } = begun.body.pull as { state: string }
  deepStrictEqual([begun.status, state, begun.body.licence], [202, 'running', 'AGPL-3.0-only'])
  equal((await served.ask('POST /api/v1/models/tiny/pull')).status, 202)
  deepStrictEqual(await actions(), ['user:admin model-pulled'])
})

test('MD3 so is that somebody has stopped it', async () => {
  const stopped = await served.ask('POST /api/v1/models/tiny/pull/cancel')
  deepStrictEqual([stopped.status, stopped.body.pull, stopped.body.isPresent], [200, null, false])
  equal((await served.ask('POST /api/v1/models/tiny/pull/cancel')).status, 200)
  deepStrictEqual(await actions(), ['user:admin model-pull-cancelled', 'user:admin model-pulled'])
})

test('MD4 a model that is here is tried on a picture', { timeout: 120_000 }, async () => {
  const { status, body, text } = await served.ask('POST /api/v1/models/here/try', {
    as: 'olga',
    body: { picture: await picture(), minScore: 0.1 }
  })
  equal(status, 200, text)
  deepStrictEqual(
    (body.detections as { label: string }[]).map(({ label }) => label),
    ['person', 'dog', 'person']
  )
})

test('MD5 what cannot be tried says why', async () => {
  const asked = async (name: string, body: object) => {
    const { status, body: told } = await served.ask(`POST /api/v1/models/${name}/try`, { body })
    return [status, told.code]
  }
  const whole = { picture: await picture() }
  deepStrictEqual(await asked('tiny', whole), [409, 'SL_OPTION_CONFLICT'])
  deepStrictEqual(await asked('tells', whole), [409, 'SL_OPTION_CONFLICT'])
  deepStrictEqual(await asked('wrong', whole), [409, 'SL_MODEL_CHECKSUM'], 'other bytes than the catalogue says')
  deepStrictEqual(await asked('nothing', whole), [404, 'SL_RESOURCE_UNKNOWN'])
  deepStrictEqual(await asked('here', { picture: 'bm90aGluZw==' }), [400, 'SL_INPUT_REFUSED'])
  deepStrictEqual(await asked('here', { ...whole, minScore: 2 }), [400, 'SL_REQUEST_INVALID'])
  deepStrictEqual(await asked('here', { picture: 'A'.repeat(11_000_000) }), [413, 'SL_REQUEST_INVALID'])
  ok(!(await served.ask('GET /api/v1/models')).text.includes('/tmp/'))
})

test('MD6 what servers run is told by name and classes, and not where', async () => {
  const { body, text } = await served.ask('GET /api/v1/models', { as: 'vera' })
  const { classes } = (body.items as Model[]).find(({ name }) => name === 'here')!
  deepStrictEqual(body.remotes, [
    { name: 'gate', classes },
    { name: 'yard', classes: ['ball'] },
    { name: 'roof', classes: null }
  ])
  ok(!/gpu-box|secret|mystery/.test(text))
})
