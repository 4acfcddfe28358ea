import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Model } from '../../../src/contract/api/model.ts'
import { crossing } from '../../store/records.ts'
import { fill } from '../rest/rest-contents.ts'
import { codesOf, GraphHouse } from './graph-house.ts'

interface Items {
  readonly items: readonly Readonly<Record<string, unknown>>[]
  readonly next: string | null
}

test('GQ1 every resource can be read, with the words that REST has for it', async t => {
  const graph = await GraphHouse.open(t)
  const { house } = graph
  const { eventId, jobId, recordingId, siteId } = await fill(house, 'yard')
  const data = await graph.data(
    `query ($event: String!, $job: String!, $recording: String!, $site: String!) {
      site(id: $site) { title timeZone }
      stream(stream: "yard") { title inSite { id } }
      event(id: $event) { kind atMs event }
      job(id: $job) { state title ofStream { name } }
      recording(id: $recording) { title files { name } }
      track(stream: "yard", epoch: 1, track: 1) { label bounds { w } }
      measures(stream: "yard") { measure }
    }`,
    { variables: { event: eventId, job: jobId, recording: recordingId, site: siteId } }
  )
  const { body: event } = await house.json(`/api/v1/events/${encodeURIComponent(eventId)}`)
  deepStrictEqual((data.event as { event: unknown }).event, event.event)
  deepStrictEqual(data.stream, { title: 'yard', inSite: { id: siteId } })
  deepStrictEqual((data.recording as { files: unknown }).files, [{ name: 'paths.json' }])
  deepStrictEqual((data.job as { ofStream: unknown }).ofStream, { name: 'yard' })
})

test('GQ1a reports, clips, models and users are what REST says they are', async t => {
  const model: Model = {
    ...{ name: 'one', title: 'One', task: 'detect', family: 'yolox', licence: 'MIT', flags: [], notes: null, bytes: 1 },
    ...{ jobs: ['people'], speed: 'fast', input: { width: 416, height: 416 }, classes: 'coco' },
    ...{ isPresent: false, isDownloadable: true },
    pull: { state: 'failed', startedMs: 1, doneBytes: 2, totalBytes: null, error: { code: 'SL_X', message: 'No.' } }
  }
  const graph = await GraphHouse.open(t, { sources: { models: async () => [model] } })
  const { house } = graph
  const { recordingId, clipId } = await fill(house, 'yard')
  const { body: user } = await house.json('/api/v1/users', { method: 'POST', body: { name: 'vera', role: 'viewer' } })
  const pullFields = 'state startedMs doneBytes totalBytes error { code message }'
  const modelFields = `name title task family licence flags notes jobs speed bytes input { width height } classes isPresent isDownloadable pull { ${pullFields} }`
  const userFields = 'id name role createdMs disabledMs'
  const clipFields = 'id stream epoch fromMs toMs asset eventId createdMs'
  const reportFields = 'id stream epoch title createdMs files { name contentType bytes digest href }'
  const data = await graph.data(
    `query ($clip: String!, $report: String!, $user: String!) {
      clip(id: $clip) { ${clipFields} } clips { items { ${clipFields} } next }
      report(id: $report) { ${reportFields} summary regions calibration } reports { items { ${reportFields} } next }
      model(name: "one") { ${modelFields} } models { ${modelFields} }
      user(id: $user) { ${userFields} } users { items { ${userFields} } next }
    }`,
    { variables: { clip: clipId, report: recordingId, user: user.id } }
  )
  const rest = async (path: string) => (await house.json(`/api/v1/${path}`)).body
  deepStrictEqual(data, {
    clip: await rest(`clips/${clipId}`),
    clips: await rest('clips'),
    report: await rest(`reports/${recordingId}`),
    reports: await rest('reports'),
    model: await rest('models/one'),
    models: (await rest('models')).items,
    user: await rest(`users/${user.id}`),
    users: await rest('users')
  })
})

test('GQ3a what many users were granted is one question', async t => {
  const graph = await GraphHouse.open(t)
  const { house } = graph
  for (const name of ['ada', 'bob']) {
    const { body: user } = await house.json('/api/v1/users', { method: 'POST', body: { name, role: 'viewer' } })
    const grant = { scope: 'stream', scopeId: `of-${name}`, role: 'viewer' }
    await house.json(`/api/v1/users/${user.id}/grants`, { method: 'PUT', body: grant })
  }
  graph.asked.length = 0
  const { users } = await graph.data('{ users { items { name grants { scope scopeId role } } } }')
  deepStrictEqual(
    (users as Items).items.map(({ name, grants }) => [name, grants]),
    ['ada', 'bob'].map(name => [name, [{ scope: 'stream', scopeId: `of-${name}`, role: 'viewer' }]])
  )
  deepStrictEqual(graph.asked, ['people.users.page', 'people.grants.ofUsers'])
})

test('GQ2 a cursor of REST goes on in GraphQL, and the other way round', async t => {
  const graph = await GraphHouse.open(t)
  const { house } = graph
  await house.store(...Array.from({ length: 5 }, (_, n) => crossing({ stream: 'yard', n: n + 1, afterMs: n })))
  const first = (await graph.data('{ events(limit: 2) { items { id } next } }')).events as Items
  const { body: second } = await house.json(`/api/v1/events?limit=2&cursor=${first.next}`)
  const third = (await graph.data(`{ events(limit: 2, cursor: "${second.next}") { items { id } next } }`))
    .events as Items
  equal(first.items.length, 2)
  equal((second.items as unknown[]).length, 2)
  deepStrictEqual([third.items.length, third.next], [1, null])
})

test('GQ3 what items belong to is one question, however many items there are', async t => {
  const graph = await GraphHouse.open(t)
  const { house } = graph
  for (const stream of ['yard', 'street']) await fill(house, stream)
  const many = Array.from({ length: 200 }, (_, n) =>
    crossing({ stream: n % 2 ? 'yard' : 'street', n: n + 2, afterMs: n })
  )
  await house.store(...many)
  graph.asked.length = 0
  const { events } = await graph.data('{ events(limit: 100) { items { id ofStream { name inSite { title } } } } }')
  equal((events as Items).items.length, 100)
  deepStrictEqual(graph.asked, ['events.page', 'streams.page', 'sites.byIds'])
})

test('GQ4 arguments are what they are for REST: what is none there is refused with its code', async t => {
  const graph = await GraphHouse.open(t)
  for (const query of [
    '{ events(limit: 0) { next } }',
    '{ events(stream: ["No Name"]) { next } }',
    '{ events(cursor: "abc") { next } }',
    '{ events(fromMs: 1.5) { next } }',
    '{ job(id: "../../etc") { id } }'
  ]) {
    const told = await graph.ask(query)
    ok(['SL_REQUEST_INVALID', 'SL_QUERY_INVALID'].includes(codesOf(told)[0] ?? ''), `${query} ${JSON.stringify(told)}`)
  }
})

test('GQ5 what was not foreseen says nothing of what is inside, and the rest is answered', async t => {
  const graph = await GraphHouse.open(t, {
    sources: { system: () => Promise.reject(new Error('/srv/secret/store.sqlite is gone')) }
  })
  const told = await graph.ask('{ streams { next } how: system { node } }')
  deepStrictEqual([told.status, told.data], [500, { streams: { next: null }, how: null }])
  deepStrictEqual(told.errors[0], {
    ...told.errors[0],
    message: 'Something unforeseen happened.',
    extensions: { code: 'SL_INTERNAL' }
  })
  ok(!JSON.stringify(told).includes('secret'))
})

test('GQ6 of several changes each says for itself whether it was made', async t => {
  const graph = await GraphHouse.open(t)
  const { jobId } = await fill(graph.house, 'yard')
  const cancel = `mutation ($id: String!) { other: cancelJob(id: "abcdefghjkmn") { id } own: cancelJob(id: $id) { state } }`
  const { status, data, errors } = await graph.ask(cancel, { variables: { id: jobId } })
  deepStrictEqual([status, data], [200, { other: null, own: { state: 'cancelled' } }])
  deepStrictEqual([errors[0]!.path, errors[0]!.extensions], [['other'], { code: 'SL_RESOURCE_UNKNOWN' }])
})

test('GQ7 settings are told as REST tells them', async t => {
  const graph = await GraphHouse.open(t)
  const fields = 'key value from inFile usual variable isChangeable needsRestart'
  const { settings } = await graph.data(`{ settings { items { ${fields} } restartNeeded } }`)
  deepStrictEqual(settings, (await graph.house.json('/api/v1/settings')).body)
})
