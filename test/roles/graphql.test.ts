import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Audit } from '../../src/store/audit.ts'
import { Subscriber } from '../api/graphql/subscriber.ts'
import { ServedHouse } from '../support/served-house.ts'

const timeout = 180_000
let served: ServedHouse
before(async () => {
  served = await ServedHouse.open()
})
after(() => served[Symbol.asyncDispose]())

async function ask(query: string, variables: object = {}, as = 'admin') {
  const { status, body, text } = await served.ask('POST /graphql', { as, body: { query, variables } })
  const { data, errors } = body as { data?: Record<string, unknown>; errors?: { extensions: { code: string } }[] }
  return { status, data, codes: errors?.map(({ extensions }) => extensions.code), text }
}
const add = 'mutation ($definition: Json!) { addStream(definition: $definition) { name title source } }'
const demo = { source: 'demo:', model: 'motion' }

test('RG1 a stream is added, followed, changed, paused and removed', { timeout }, async t => {
  const added = await ask(add, { definition: { name: 'door', title: 'Tür', ...demo } })
  deepStrictEqual(added.data, { addStream: { name: 'door', title: 'Tür', source: 'demo:' } })
  const subscriber = new Subscriber(t, served.url, { authorization: 'Bearer admin' })
  const told = subscriber.follow('subscription { tracks(stream: "door") { epoch frame outcome } }')
  const [first] = await told.hears(1)
  equal(first?.errors, undefined)
  const change = 'mutation { changeStream(stream: "door", change: { title: null, maxFps: 5 }) { title } }'
  deepStrictEqual((await ask(change)).data, { changeStream: { title: 'door' } })
  for (const verb of ['pause', 'resume'])
    deepStrictEqual((await ask(`mutation { ${verb}Stream(stream: "door") { name } }`)).data, {
      [`${verb}Stream`]: { name: 'door' }
    })
  deepStrictEqual((await ask('mutation { removeStream(stream: "door") }')).data, { removeStream: 'door' })
  deepStrictEqual((await ask('{ stream(stream: "door") { name } }')).codes, ['SL_STREAM_UNKNOWN'])
  const { items } = await new Audit(served.house.storage.database).page({ subject: 'stream/door' })
  deepStrictEqual(
    items.map(({ actor, action }) => `${actor} ${action}`).reverse(),
    ['created', 'changed', 'paused', 'resumed', 'removed'].map(verb => `user:admin stream-${verb}`)
  )
})

test('RG2 a password of an address is in no answer', { timeout }, async () => {
  const source = 'rtsp://me:hunter2@127.0.0.1:9/1'
  const added = await ask(add, { definition: { name: 'yard', source, model: 'motion', paused: true } })
  match(added.text, /127\.0\.0\.1:9/)
  const listed = await ask('{ streams { items { name source state figures } } }')
  for (const { text } of [added, listed]) ok(!text.includes('hunter2'))
})

test('RG3 what may not be changed is refused, and so is what is no definition', { timeout }, async () => {
  await ask(add, { definition: { name: 'gate', ...demo, paused: true } }, 'olga')
  deepStrictEqual((await ask('mutation { removeStream(stream: "gate") }', {}, 'vera')).codes, ['SL_NOT_PERMITTED'])
  deepStrictEqual((await ask(add, { definition: { name: 'way' } }, 'vera')).codes, ['SL_NOT_PERMITTED'])
  deepStrictEqual((await ask(add, { definition: { name: 'No Name', ...demo } })).codes, ['SL_REQUEST_INVALID'])
  deepStrictEqual((await ask(add, { definition: { name: 'way', ...demo, nonsense: 1 } })).codes, ['SL_REQUEST_INVALID'])
})

test('RG4 how the system is can be asked by admins alone', { timeout }, async () => {
  const { data } = await ask('{ system { version node problems { code } disks } }')
  equal((data!.system as { node: string }).node, process.versions.node)
  deepStrictEqual((await ask('{ system { version } }', {}, 'olga')).codes, ['SL_NOT_PERMITTED'])
})
