import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type MetricsSources, metricsRoutes, type StreamFigures } from '../../src/api/metrics.ts'
import { Refusals } from '../../src/api/refusals.ts'
import { RequestCounts } from '../../src/api/request-counts.ts'
import { startServer } from '../../src/api/server.ts'
import type { StateMessage } from '../../src/contract/live.ts'
import { Durations } from '../../src/core/durations.ts'
import { letIn } from '../support/let-in.ts'

/** As many as the milliseconds given. */
function took(...ms: readonly number[]) {
  const durations = new Durations()
  for (const each of ms) durations.add(each / 1000)
  return durations
}

const figures: StreamFigures = {
  fps: 12.5,
  waiting: 1,
  frames: { analysed: 90, gated: 7, 'dropped-overload': 3 },
  stageSeconds: { decode: took(5, 5), detect: took(20, 30, 40, 9000) },
  events: { 'line-crossed': 4 },
  bytes: 12_345,
  lostPackets: 2,
  failures: 1,
  reconnects: 2,
  lostRecords: 0
}
const state = (stream: string, state: StateMessage['state']): StateMessage => ({
  type: 'state',
  stream,
  title: stream,
  state,
  sinceMs: 1
})
const noViews = { videoViewers: 0, pictureViewers: 0, pictureKinds: 0, skippedUnits: 0 }
const noWorkers = {
  count: 0,
  rssBytes: 0,
  queuedRecords: 0,
  batches: {},
  modelSeconds: {},
  remotes: {},
  lostProviders: 0
}
const none: MetricsSources = {
  streams: () => new Map(),
  live: () => undefined,
  frames: () => undefined,
  refusals: new Refusals(),
  sessions: () => ({ whep: 0, whip: 0 }),
  views: () => noViews,
  sockets: () => ({}),
  logs: () => undefined,
  store: () => undefined,
  workers: () => noWorkers,
  disks: () => [],
  jobs: () => undefined,
  requests: undefined,
  spans: () => undefined,
  problems: () => 0
}

/** Lines of `/metrics` that begin so. */
async function lines(t: TestContext, sources: Partial<MetricsSources>, prefix = 'sightline_'): Promise<string[]> {
  const server = await startServer({
    callers: letIn(),
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    routes: routes => metricsRoutes(routes, { ...none, ...sources })
  })
  t.after(() => server[Symbol.asyncDispose]())
  const answer = await fetch(`${server.url}/metrics`)
  strictEqual(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  return (await answer.text()).split('\n').filter(line => line.startsWith(prefix))
}

const streams = (more: Partial<StreamFigures> = {}) => ({
  streams: () =>
    new Map([
      ['yard', { state: state('yard', 'up'), figures: { ...figures, ...more } }],
      ['street', { state: state('street', 'waiting'), figures: undefined }]
    ])
})

test('ME1 the backbone: frames by outcome, seconds by stage, events by kind, and whether a stream is up', async t => {
  const found = await lines(t, streams())
  for (const line of [
    'sightline_stream_up{stream="yard"} 1',
    'sightline_stream_up{stream="street"} 0',
    'sightline_frames_total{stream="yard",outcome="analysed"} 90',
    'sightline_frames_total{stream="yard",outcome="dropped-overload"} 3',
    'sightline_stage_seconds_bucket{stream="yard",stage="detect",le="0.025"} 1',
    'sightline_stage_seconds_bucket{stream="yard",stage="detect",le="0.05"} 3',
    'sightline_stage_seconds_bucket{stream="yard",stage="detect",le="5"} 3',
    'sightline_stage_seconds_bucket{stream="yard",stage="detect",le="+Inf"} 4',
    'sightline_stage_seconds_sum{stream="yard",stage="detect"} 9.09',
    'sightline_stage_seconds_count{stream="yard",stage="detect"} 4',
    'sightline_stream_fps{stream="yard"} 12.5',
    'sightline_queued_frames{stream="yard"} 1',
    'sightline_source_reconnects_total{stream="yard"} 2',
    'sightline_events_total{stream="yard",kind="line-crossed"} 4',
    'sightline_source_failures_total{stream="yard"} 1'
  ])
    ok(found.includes(line), `${line} is missing among:\n${found.join('\n')}`)
})

test('ME2 labels come from sets that are known: everything else is one', async t => {
  const strange = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`kind-${at}\n"`, 1]))
  const stageSeconds = Object.fromEntries(Object.keys(strange).map(name => [name, took(1000)]))
  const found = await lines(t, streams({ frames: strange, events: strange, stageSeconds }))
  deepStrictEqual(
    found.filter(line => /frames_total|events_total\{|stage_seconds/.test(line)),
    [
      'sightline_frames_total{stream="yard",outcome="other"} 500',
      'sightline_events_total{stream="yard",kind="other"} 500'
    ]
  )
})

test('ME3 what is not open yet has no figures, and no wrong ones', async t => {
  const found = (await lines(t, {})).map(line => line.replace(/\{.*\}/, ''))
  deepStrictEqual(
    [...new Set(found)],
    [
      'problems',
      'sessions',
      'picture_kinds',
      'skipped_units_total',
      'lost_providers_total',
      'workers',
      'workers_resident_bytes',
      'queued_records'
    ].map(name => `sightline_${name} 0`)
  )
})

test('ME4 the parts tell how far the sinks are and what waits for slow clients', async t => {
  const sink = { delivered: 5, batches: 1, refused: 0, poison: 0, skipped: 0, failures: 0, position: 6 }
  const log = { name: 'worker-1', alive: true, damaged: 0, lost: 0, rescued: 0, unreadableFiles: 0, bytes: 10 }
  const sinks = [{ name: 'store', required: true, ...sink, lagRecords: 3, lagMs: 1500 }]
  const logs = [
    { ...log, sinks },
    { ...log, name: 'worker-2', sinks: [{ ...sinks[0]!, lagRecords: 4, lagMs: 500 }] }
  ]
  const snapshot = {
    logsRemoved: 0,
    segmentsRemoved: 0,
    bytes: 20,
    deadLetters: { letters: 2, bytes: 9 },
    logs
  } as unknown
  const found = await lines(t, {
    logs: () => snapshot as ReturnType<MetricsSources['logs']>,
    sockets: () => ({ live: { broken: 1 } }),
    store: () => ({ added: 5, repeated: 1, clashed: 0, refused: 0 })
  })
  for (const line of [
    'sightline_log_lag_records{sink="store"} 7',
    'sightline_log_lag_seconds{sink="store"} 1.5',
    'sightline_log_bytes 20',
    'sightline_dead_letters 2',
    'sightline_sockets_broken_total{socket="live"} 1',
    'sightline_store_records_total{outcome="repeated"} 1'
  ])
    ok(found.includes(line), `${line} is missing among:\n${found.join('\n')}`)
})

test('ME5 figures of the process come with them', async t => {
  match((await lines(t, {}, 'process_')).join('\n'), /^process_resident_memory_bytes \d+/m)
})

test('ME6 sizes of batches are a histogram by what runs the model', async t => {
  const batches = { cpu: [40], cuda: [3, 1, 0, 0, 2, 0, 0, 9] }
  const found = await lines(t, { workers: () => ({ ...noWorkers, batches }) }, 'sightline_batch_size')
  const cuda = found.filter(line => line.includes('cuda')).map(line => line.replace('sightline_batch_size', ''))
  deepStrictEqual(cuda, [
    '_bucket{provider="cuda",le="1"} 3',
    '_bucket{provider="cuda",le="2"} 4',
    '_bucket{provider="cuda",le="4"} 4',
    '_bucket{provider="cuda",le="8"} 15',
    '_bucket{provider="cuda",le="16"} 15',
    '_bucket{provider="cuda",le="32"} 15',
    '_bucket{provider="cuda",le="+Inf"} 15',
    '_sum{provider="cuda"} 87',
    '_count{provider="cuda"} 15'
  ])
  ok(found.includes('sightline_batch_size_sum{provider="cpu"} 40'))
})

test('ME7 who watches and sends is told by way, who was refused by door and code', async t => {
  const refusals = new Refusals()
  refusals.note('whip', 'SL_PUSH_TAKEN')
  refusals.note('whip', 'SL_PUSH_TAKEN')
  const found = await lines(t, {
    refusals,
    sessions: () => ({ whep: 2, whip: 1 }),
    views: () => ({ videoViewers: 3, pictureViewers: 4, pictureKinds: 2, skippedUnits: 9 })
  })
  for (const line of [
    'sightline_sessions{door="whep"} 2',
    'sightline_sessions{door="mjpeg"} 4',
    'sightline_picture_kinds 2',
    'sightline_skipped_units_total 9',
    'sightline_refusals_total{door="whip",code="SL_PUSH_TAKEN"} 2'
  ])
    ok(found.includes(line), line)
})

test('ME8 workers, models, disks, jobs, requests and traces have figures of their own', async t => {
  const requests = new RequestCounts()
  requests.note('GET', 200, 0.02)
  requests.note('BREW', 418, 7)
  const found = await lines(t, {
    requests,
    workers: () => ({
      ...{ ...noWorkers, count: 2, rssBytes: 5e8, queuedRecords: 3, modelSeconds: { cpu: took(20, 30) } },
      remotes: { triton: { exchanges: { late: took(2000) }, fallbacks: 4 } }
    }),
    disks: () => [{ places: ['store', 'log'], totalBytes: 1000, freeBytes: 250 }],
    jobs: () => ({ queued: 4, running: 1 }),
    spans: () => ({ sent: 9, failed: 0, dropped: 1 })
  })
  for (const line of [
    'sightline_workers 2',
    'sightline_workers_resident_bytes 500000000',
    'sightline_queued_records 3',
    'sightline_model_seconds_bucket{provider="cpu",le="0.025"} 1',
    'sightline_model_seconds_sum{provider="cpu"} 0.05',
    'sightline_remote_seconds_sum{model="triton",outcome="late"} 2',
    'sightline_remote_fallbacks_total{model="triton"} 4',
    'sightline_disk_size_bytes{places="log,store"} 1000',
    'sightline_disk_free_bytes{places="log,store"} 250',
    'sightline_jobs{state="queued"} 4',
    'sightline_request_seconds_count{method="GET",status="2xx"} 1',
    'sightline_request_seconds_bucket{method="other",status="4xx",le="5"} 0',
    'sightline_request_seconds_bucket{method="other",status="4xx",le="+Inf"} 1',
    'sightline_spans_total{outcome="dropped"} 1'
  ])
    ok(found.includes(line), `${line} is missing among:\n${found.join('\n')}`)
})

test('ME9 strangers read the figures only where the settings open them, and nobody where they are off', async t => {
  const asked = async (readers: 'signed-in' | 'open' | 'off', from: Record<string, string> = { via: '1.1 proxy' }) => {
    const server = await startServer({
      callers: { who: async () => undefined, onChange: () => undefined },
      host: '127.0.0.1',
      port: 0,
      health: { problems: () => [] },
      routes: routes => metricsRoutes(routes, none, () => readers)
    })
    t.after(() => server[Symbol.asyncDispose]())
    return (await fetch(`${server.url}/metrics`, { headers: from })).status
  }
  strictEqual(await asked('signed-in'), 401)
  strictEqual(await asked('signed-in', {}), 200)
  strictEqual(await asked('open'), 200)
  strictEqual(await asked('off', {}), 404)
})
