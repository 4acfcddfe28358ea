import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import type { Principal } from '../../../src/access/principal.ts'
import type { Sources } from '../../../src/api/resources/sources.ts'
import type { Job } from '../../../src/contract/job.ts'
import type { StateMessage, TracksMessage } from '../../../src/contract/live.ts'
import { liveEvent } from '../../../src/live/socket/live-event.ts'
import { crossing } from '../../store/records.ts'
import { admin, ChangingCallers } from '../../support/let-in.ts'
import { rawSocket } from '../live-server.ts'
import { fill } from '../rest/rest-contents.ts'
import { GraphHouse, type GraphHouseOptions } from './graph-house.ts'
import { Subscriber } from './subscriber.ts'

const events = 'subscription ($stream: [String!]) { events(stream: $stream) { stream event { id kind } gapAfter } }'
const tracks = 'subscription ($stream: String!) { tracks(stream: $stream) { frame tracks { label box { x } } } }'
const progress = 'subscription ($id: String!) { jobProgress(id: $id) { state progress } }'

const sees = (...streams: readonly string[]): Principal => ({
  ...admin,
  ...{ role: 'viewer', viewing: new Set(streams), operating: new Set<string>() }
})
const state = (stream: string): StateMessage => ({ type: 'state', stream, title: stream, state: 'up', sinceMs: 1 })

async function opened(t: TestContext, first: Principal, options: GraphHouseOptions = {}) {
  const callers = new ChangingCallers(first)
  const graph = await GraphHouse.open(t, { callers, jobsMs: 20, ...options })
  for (const stream of ['yard', 'street']) graph.hub.state(state(stream))
  const subscriber = new Subscriber(t, graph.house.url)
  return { graph, callers, subscriber }
}

const happen = ({ hub }: GraphHouse, stream: string, n: number) => {
  const { atMs, body } = crossing({ stream, n })
  hub.event(liveEvent(atMs, body))
  return body.id
}
const move = ({ hub }: GraphHouse, stream: string, frame: number, boxes = 1) => {
  const message: TracksMessage = {
    ...{ type: 'tracks', stream, epoch: 1, frame, ptsMs: frame, outcome: 'analysed', delayMs: 1 },
    labels: ['person'],
    tracks: Array.from({ length: boxes }, () => [1, 0, 0.5, 0.25, 0, 0.1, 0.1])
  }
  hub.tracks(stream, JSON.stringify(message))
}
const isFollowed = async ({ hub }: GraphHouse, count: number) => {
  while (hub.snapshot().clients < count) await new Promise(resolve => setImmediate(resolve))
}

test('GS1 events are told as they happen, of what may be seen alone', async t => {
  const { graph, subscriber } = await opened(t, sees('yard'))
  const told = subscriber.follow(events)
  await isFollowed(graph, 1)
  happen(graph, 'street', 1)
  const id = happen(graph, 'yard', 1)
  const [first] = await told.hears(1)
  deepStrictEqual(first, {
    data: { events: { stream: 'yard', event: { id, kind: 'line-crossed' }, gapAfter: null } }
  })
})

test('GS2 tracks are told as boxes with labels', async t => {
  const { graph, subscriber } = await opened(t, sees('yard'))
  const told = subscriber.follow(tracks, { stream: 'yard' })
  await isFollowed(graph, 1)
  move(graph, 'yard', 7)
  const [first] = await told.hears(1)
  deepStrictEqual(first, { data: { tracks: { frame: 7, tracks: [{ label: 'person', box: { x: 0.25 } }] } } })
})

test('GS3 a job is told now, at each change, and to its end', async t => {
  const { graph, subscriber } = await opened(t, admin)
  const { jobId } = await fill(graph.house, 'yard')
  const told = subscriber.follow(progress, { id: jobId })
  await told.hears(1)
  await graph.ask('mutation ($id: String!) { cancelJob(id: $id) { state } }', { variables: { id: jobId } })
  const heard = await told.hears(2)
  deepStrictEqual(
    heard.map(({ data }) => (data!.jobProgress as { state: string }).state),
    ['queued', 'cancelled']
  )
  deepStrictEqual(await told.isOver(), [])
})

const unseen = [
  { rule: 'events of a stream', query: events, variables: { stream: ['yard', 'street'] } },
  { rule: 'tracks of a stream', query: tracks, variables: { stream: 'street' } }
]
for (const { rule, query, variables } of unseen)
  test(`GS4 ${rule} that may not be seen are those of none that is there`, async t => {
    const { subscriber } = await opened(t, sees('yard'))
    const told = subscriber.follow(query, variables)
    const [first] = await told.hears(1)
    deepStrictEqual(
      first?.errors?.map(({ extensions }) => extensions.code),
      ['SL_STREAM_UNKNOWN']
    )
  })

test('GS5 a grant that is taken ends what named its stream, and takes it out of what named none', async t => {
  const { graph, callers, subscriber } = await opened(t, sees('yard', 'street'))
  const named = subscriber.follow(events, { stream: ['yard'] })
  const boxes = subscriber.follow(tracks, { stream: 'yard' })
  const all = subscriber.follow(events)
  await isFollowed(graph, 3)
  callers.becomes(sees('street'))
  deepStrictEqual(await named.isOver(), ['SL_STREAM_UNKNOWN'])
  deepStrictEqual(await boxes.isOver(), ['SL_STREAM_UNKNOWN'])
  happen(graph, 'yard', 1)
  happen(graph, 'street', 1)
  const [first] = await all.hears(1)
  equal((first!.data!.events as { stream: string }).stream, 'street')
  equal(graph.hub.snapshot().clients, 1)
})

test('GS6 a job is no longer told of once its stream may not be seen', async t => {
  const { graph, callers, subscriber } = await opened(t, sees('yard'))
  const { jobId } = await fill(graph.house, 'yard')
  const told = subscriber.follow(progress, { id: jobId })
  await told.hears(1)
  callers.becomes(sees('street'))
  deepStrictEqual(await told.isOver(), ['SL_RESOURCE_UNKNOWN'])
})

test('GS7 a token whose scope is taken hears no more, and who is signed out is gone', async t => {
  const { graph, callers, subscriber } = await opened(t, { ...admin, scopes: new Set(['live:read']) })
  const told = subscriber.follow(events)
  await isFollowed(graph, 1)
  callers.becomes({ ...admin, scopes: new Set(['jobs:read']) })
  deepStrictEqual(await told.isOver(), ['SL_NOT_PERMITTED'])
  const socket = subscriber.socket!
  callers.becomes(undefined)
  const [code] = await once(socket, 'close')
  equal(code, 4403)
})

test('GS8 who comes back is told what came after the last event that they had', async t => {
  const { graph, subscriber } = await opened(t, sees('yard'))
  const [first, second, third] = [1, 2, 3].map(n => happen(graph, 'yard', n))
  const after = 'subscription ($after: [EventPlace!]) { events(after: $after) { event { id } } }'
  const told = subscriber.follow(after, { after: [{ stream: 'yard', id: first }] })
  const heard = await told.hears(2)
  deepStrictEqual(
    heard.map(({ data }) => (data!.events as { event: { id: string } }).event.id),
    [second, third]
  )
})

test('GS9 what is no longer wanted, and who is gone, is followed no more', async t => {
  const { graph, subscriber } = await opened(t, admin)
  subscriber.follow(events)
  subscriber.follow(tracks, { stream: 'yard' })
  await isFollowed(graph, 2)
  subscriber.socket!.terminate()
  while (graph.hub.snapshot().clients > 0) await new Promise(resolve => setImmediate(resolve))
})

const refused = [
  { rule: 'a query', query: '{ streams { next } }', code: 'SL_REQUEST_INVALID' },
  { rule: 'a change', query: 'mutation { removeStream(stream: "yard") }', code: 'SL_REQUEST_INVALID' },
  {
    rule: 'two things at once',
    query: 'subscription { a: events { stream } b: events { stream } }',
    code: 'SL_REQUEST_INVALID'
  },
  { rule: 'fifty levels', query: `subscription ${'{ a '.repeat(50)}${'}'.repeat(50)}`, code: 'SL_QUERY_TOO_LARGE' },
  { rule: 'the schema', query: 'subscription { __schema { types { name } } }', code: 'SL_REQUEST_INVALID' }
]
for (const { rule, query, code } of refused)
  test(`GS10 a connection is no way to ask for ${rule}`, async t => {
    const { subscriber } = await opened(t, admin)
    const codes = await subscriber.follow(query).isOver()
    ok(codes.length > 0 && codes.every(each => each === code), codes.join())
  })

test('GS11 a connection follows fifty things, and no more', async t => {
  const { graph, subscriber } = await opened(t, admin)
  for (let n = 0; n < 50; n++) subscriber.follow(tracks, { stream: 'yard' })
  await isFollowed(graph, 50)
  deepStrictEqual(await subscriber.follow(tracks, { stream: 'yard' }).isOver(), ['SL_VIEW_LIMIT'])
})

test('GS12 connections beyond what the server holds are told so', async t => {
  const { graph, subscriber } = await opened(t, admin, { most: 1 })
  subscriber.follow(events)
  await isFollowed(graph, 1)
  const second = new Subscriber(t, graph.house.url)
  deepStrictEqual(await second.follow(events).isOver(), ['closed 1013'])
})

test('GS13 a page of another site, and another protocol, get no connection', async t => {
  const { graph } = await opened(t, admin)
  const elsewhere = new Subscriber(t, graph.house.url, { origin: 'https://evil.example' })
  ok((await elsewhere.follow(events).isOver()).length > 0)
  const answered = await rawSocket(graph.house.url, '/graphql', { 'sec-websocket-protocol': 'graphql-ws' })
  await once(answered, 'close')
  equal(graph.hub.snapshot().clients, 0)
})

/** Has so much told that no more is on its way to who takes nothing. */
async function fills(graph: GraphHouse): Promise<number> {
  let frame = 0
  while (graph.hub.snapshot().slow === 0) {
    move(graph, 'yard', ++frame, 500)
    await new Promise(resolve => setImmediate(resolve))
  }
  return frame
}

test('GS14 who is slow gets every event in its order, and of boxes the newest', async t => {
  const { graph, subscriber } = await opened(t, admin)
  const [happened, boxes] = [
    subscriber.follow(events, { stream: ['yard'] }),
    subscriber.follow(tracks, { stream: 'yard' })
  ]
  await isFollowed(graph, 2)
  subscriber.socket!.pause()
  const frame = await fills(graph)
  const ids = Array.from({ length: 300 }, (_, n) => happen(graph, 'yard', n + 1))
  for (let more = 1; more <= 100; more++) move(graph, 'yard', frame + more)
  subscriber.socket!.resume()
  const heard = await happened.hears(300)
  deepStrictEqual(
    heard.map(({ data }) => (data!.events as { event: { id: string } }).event.id),
    ids
  )
  const frames = () => boxes.heard.map(({ data }) => (data!.tracks as { frame: number }).frame)
  while (frames().at(-1) !== frame + 100) await boxes.hears(boxes.heard.length + 1)
  ok(frames().length < frame + 100)
})

test('GS15 who takes nothing for too long is closed', async t => {
  let now = 0
  const { graph, subscriber } = await opened(t, admin, { hub: { now: () => now } })
  subscriber.follow(tracks, { stream: 'yard' })
  await isFollowed(graph, 1)
  const socket = subscriber.socket!
  socket.pause()
  await fills(graph)
  now += 11_000
  graph.hub.closeStalled()
  equal(graph.hub.snapshot().clients, 0)
  socket.resume()
  const [code] = await once(socket, 'close')
  equal(code, 4408)
})

test('GS16 a grant that is taken while a subscription begins ends that, too', async t => {
  const [asked, found] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const jobs = {
    async get(): Promise<Partial<Job>> {
      asked.resolve()
      await found.promise
      return { id: 'abcdefghjkmn', stream: 'yard', state: 'running', input: '', options: null, error: null }
    }
  } as unknown as Sources['jobs']
  const { graph, callers, subscriber } = await opened(t, sees('yard'), { sources: { jobs } })
  const told = subscriber.follow(progress, { id: 'abcdefghjkmn' })
  const other = subscriber.follow(tracks, { stream: 'yard' })
  await Promise.all([asked.promise, isFollowed(graph, 1)])
  callers.becomes(sees('street'))
  await other.isOver()
  found.resolve()
  deepStrictEqual(await told.isOver(), ['SL_RESOURCE_UNKNOWN'])
  deepStrictEqual(told.heard, [])
})

test('GS17 who is an admin no more is told of a job without what is inside', async t => {
  const job: Partial<Job> = {
    id: 'abcdefghjkmn',
    stream: 'yard',
    state: 'running',
    input: '',
    options: null,
    error: null
  }
  let now = job
  const jobs = { get: async () => job, byIds: async () => [now] } as unknown as Sources['jobs']
  const { graph, callers, subscriber } = await opened(t, admin, { sources: { jobs } })
  const query = 'subscription ($id: String!) { jobProgress(id: $id) { error { message } } }'
  const told = subscriber.follow(query, { id: 'abcdefghjkmn' })
  const other = subscriber.follow(tracks, { stream: 'street' })
  await Promise.all([told.hears(1), isFollowed(graph, 1)])
  callers.becomes(sees('yard'))
  await other.isOver()
  now = { ...job, state: 'failed', error: { code: 'SL_STORE_UNAVAILABLE', message: 'db.inside:5432 is away.' } }
  const [, last] = await told.hears(2)
  deepStrictEqual(last?.data, {
    jobProgress: { error: { message: 'What is kept cannot be read or written at the moment: try again in a while.' } }
  })
})

test('GS30 what a connection is refused is told by its code, and one that breaks the protocol is counted', async t => {
  const [codes, counts] = [[] as string[], { broken: 0 }]
  const { graph, subscriber } = await opened(t, sees('yard'), { onRefused: code => codes.push(code), counts })
  await subscriber.follow(tracks, { stream: 'street' }).isOver()
  await subscriber.follow('{ system { node } }').isOver()
  deepStrictEqual(codes, ['SL_STREAM_UNKNOWN', 'SL_REQUEST_INVALID'])
  const socket = await rawSocket(graph.house.url, '/graphql', { 'sec-websocket-protocol': 'graphql-transport-ws' })
  socket.end(Buffer.from([0xff, 0xff, 0xff]))
  await once(socket.resume(), 'close')
  equal(counts.broken, 1)
})
