import { deepStrictEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { StoredEvent } from '../../src/contract/api/event.ts'
import type { JobItem } from '../../src/contract/api/job.ts'
import type { Recording, ReportWithSummary } from '../../src/contract/api/recording.ts'
import type { StreamItem } from '../../src/contract/api/stream.ts'
import type { EndedTrack } from '../../src/contract/api/track.ts'
import type { StateMessage } from '../../src/contract/live.ts'
import { RenderedApp } from '../support/rendered-app.ts'

// What pages say of what the server has.

/** Read as a script, as a picture, from the right to the left. */
const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>\u202eelttil'
const escaped = '&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;\u202eelttil'
const atMs = Date.UTC(2026, 10, 21, 12)
const box = { x: 0.1, y: 0.2, w: 0.1, h: 0.3 }

const state = (change: Partial<StateMessage> = {}): StateMessage => ({
  ...{ type: 'state', stream: 'yard', title: hostile, state: 'up', sinceMs: atMs, epoch: 3 },
  ...{ width: 1280, height: 720, detector: 'yolox-nano', lines: {}, zones: {} },
  ...change
})
const stream = (change: Partial<StreamItem> = {}): StreamItem => ({
  ...{ name: 'yard', title: hostile, site: null, source: 'rtsp://10.0.0.5/main', createdMs: atMs, state: state() },
  figures: { frames: {}, events: {}, bytes: 0, lostPackets: 41, failures: 7, lostRecords: 0 },
  ...change
})
const track = (trackId: number, snapshot: string | null): EndedTrack => ({
  ...{ stream: 'yard', epoch: 3, trackId, label: hostile, score: 0.9, detections: 20, identity: null, snapshot },
  ...{ startedMs: atMs + 65_000, endedMs: atMs + 69_000, firstPtsMs: 65_000, lastPtsMs: 69_000 },
  ...{ firstBox: box, lastBox: box, bounds: box }
})
const happened: StoredEvent = {
  atMs,
  event: {
    ...{ version: 1, id: 'yard/3/line.door@1/track-7/line-crossed/1', stream: 'yard', epoch: 3, frame: 1, ptsMs: 100 },
    ...{ kind: 'line-crossed', lineId: 'door', trackId: 7, label: hostile, box, direction: 'in' }
  }
}
const recording: Recording = {
  ...{ id: 'r-7', stream: 'yard', epoch: 3, title: hostile, asset: 'a'.repeat(64), startedMs: atMs },
  ...{ durationMs: 125_000, facts: {}, createdMs: atMs }
}
const file = (name: string) => ({
  ...{ name, contentType: 'text/plain', bytes: 1200, digest: 'b'.repeat(64), href: `/api/v1/reports/r-7/files/${name}` }
})
const report: ReportWithSummary = {
  ...{ id: 'r-7', stream: 'yard', epoch: 3, title: hostile, createdMs: atMs },
  files: ['heatmap.png', 'contact-sheet.jpg', 'tracks.txt', 'movement.csv', 'annotated.mp4', 'poster.jpg'].map(file),
  regions: {
    lines: {
      door: [
        [0, 0.5],
        [1, 0.5]
      ]
    },
    zones: {}
  },
  calibration: null,
  summary: {
    ...{ version: 1, sightline: '1', model: 'm', tracker: 't', provider: 'cpu', fps: 30, wallMs: 1, interrupted: true },
    input: {
      ...{ source: 'match.mp4', sizeBytes: 1, container: 'mp4', codec: 'h264', width: 1280, height: 720, fps: 25 },
      ...{ durationMs: 125_000, rotation: 0, truncated: false }
    },
    frames: { read: 1, analysed: 1, gated: 0, skipped: 0, droppedBroken: 0 },
    boxes: { kept: 1, filtered: 0, invalid: 0 },
    tracks: { total: 1234, byLabel: { person: { tracks: 1200, peakConcurrent: 17 } } },
    lines: { door: { title: hostile, in: 21, out: 4 } },
    zones: {
      hall: { entered: 9, left: 8, peakOccupancy: 6, meanOccupancy: 1, dwellMs: { mean: 6000, max: 9000 } }
    },
    stages: {}
  }
}
const movement = `track_id,label,duration_s,distance,mean_speed,peak_speed,unit\r\n7,person,4,1500,1.5,3,metres\r\n`
const job: JobItem = {
  ...{ id: 'abcdefghijkl', kind: 'analysis', state: 'running', priority: 0, stream: 'yard', epoch: 3, attempt: 1 },
  ...{
    maxAttempts: 3,
    cancelAsked: false,
    progress: 0.42,
    progressText: '80 of 190 frames',
    error: null,
    result: null
  },
  ...{ dueMs: 0, createdMs: atMs, startedMs: atMs, endedMs: null, title: hostile }
}

/** By path; what is not here is an empty list. */
const found: Readonly<Record<string, unknown>> = {
  '/api/v1/session': { who: { actor: 'user:ada', role: 'admin', scopes: null }, isSetUp: true },
  '/api/v1/streams': {
    items: [stream(), stream({ name: 'street', title: 'Street', site: 'berlin' })],
    next: null
  },
  '/api/v1/streams/yard': { ...stream(), origin: 'config', settings: {}, mayOperate: true },
  '/api/v1/sites': { items: [{ id: 'berlin', title: hostile, timeZone: 'UTC' }], next: null },
  '/api/v1/events': { items: [happened], next: null },
  '/api/v1/tracks': { items: [track(7, 'c'.repeat(64)), track(8, null)], next: 'more' },
  '/api/v1/recordings': { items: [recording], next: null },
  '/api/v1/recordings/r-7': recording,
  '/api/v1/reports/r-7': report,
  '/api/v1/reports/r-7/files/movement.csv': new Response(movement),
  '/api/v1/jobs': { items: [job], next: null }
}
const answers = (request: Request | string) => {
  const { pathname } = new URL(typeof request === 'string' ? request : request.url, 'http://sightline.test')
  const answer = found[pathname] ?? { items: [], next: null }
  return answer instanceof Response ? answer.clone() : answer
}

let app: RenderedApp
before(async () => {
  app = await RenderedApp.open()
})
after(() => app?.[Symbol.asyncDispose]())

/** Without its tags, as it is read. */
const read = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

test('PC1 whatever things are called stays text', async () => {
  for (const path of ['/', '/streams/yard', '/uploads', '/reports/r-7']) {
    const html = await app.page(path, answers, [state()])
    ok(html.includes(escaped), path)
    doesNotMatch(html, /<script>alert|<img src="?x/, path)
  }
})

test('PC2 the wall has a group for each place, and those without one', async () => {
  const html = await app.page('/', answers, [state()])
  const headings = [...html.matchAll(/<h2[^>]*>([^<]*)<\/h2>/g)].map(([, text]) => text)
  deepStrictEqual(headings, ['Without a place', escaped])
  deepStrictEqual([...html.matchAll(/data-stream="(\w+)"/g)].map(([, name]) => name).sort(), ['street', 'yard'])
})

test('PC3 a stream that is down says why, in its tile and on its page', async () => {
  const down = state({ state: 'waiting', reason: 'Nobody answers at 10.0.0.5.' })
  for (const path of ['/', '/streams/yard']) {
    const text = read(await app.page(path, answers, [down]))
    match(text, /Down/, path)
    match(text, /Nobody answers at 10\.0\.0\.5\./, path)
  }
})

test('PC4 how a stream does: since when, how large, what looks at it, what failed and what was lost', async () => {
  const text = read(await app.page('/streams/yard', answers, [state()]))
  match(text, /State Live, since .*Picture 1280 × 720 .*Looks with yolox-nano/)
  match(text, /Failed attempts 7 Lost packets 41 From rtsp:\/\/10\.0\.0\.5\/main/)
})

test('PC5 what happened on a stream has the picture of whom it is about', async () => {
  const html = await app.page('/streams/yard', answers, [state({ titles: { 'line.door': 'Front door' } })])
  match(html, /<img src="\/api\/v1\/tracks\/yard\/3\/7\/snapshot\.jpg"/)
  match(read(html), /crossed Front door inwards/)
})

test('PC6 a report has its player, pictures of tracks, numbers, heatmap, distances and speeds', async () => {
  const html = await app.page('/reports/r-7', answers)
  const text = read(html)
  match(html, /<video[^>]* src="\/api\/v1\/recordings\/r-7\/video"[^>]* poster="[^"]*\/poster\.jpg" preload="none"/)
  match(html, /<img src="\/api\/v1\/tracks\/yard\/3\/7\/snapshot\.jpg"/)
  doesNotMatch(html, /tracks\/yard\/3\/8\/snapshot/)
  match(text, /1,234 Tracks .*person 1,200 17 /)
  match(text, / 21 4 .*hall 9 6 6 s/)
  match(html, /<img src="\/api\/v1\/reports\/r-7\/files\/heatmap\.png"/)
  match(text, /person 7 1\.5 km 5\.4 km\/h 10\.8 km\/h/)
  match(text, /It was stopped before its end/)
  match(text, /2 of 1,234/)
})

test('PC7 a report can be taken along: tables, boxes, what its analysis wrote, on paper and by a link', async () => {
  const html = await app.page('/reports/r-7', answers)
  const saved = [...html.matchAll(/<a href="([^"]+)" download/g)].map(([, address]) =>
    address?.replaceAll('&amp;', '&')
  )
  for (const part of ['/api/v1/tracks?', '/api/v1/trajectories?', '/api/v1/events?', 'tracks.txt', 'annotated.mp4'])
    ok(
      saved.some(address => address?.includes(part)),
      part
    )
  match(read(html), /Boxes of every frame, MOT Challenge .*Video with boxes/)
  equal(saved.filter(address => /format=csv/.test(address ?? '')).length, 2)
  equal(saved.filter(address => /format=ndjson/.test(address ?? '')).length, 2)
  match(read(html), /Print .*Share/)
})

test('PC8 a recording that is not kept says so, and has all else', async () => {
  const html = await app.page('/reports/r-7', request =>
    /recordings\/r-7$/.test(request.url) ? { ...recording, asset: null } : answers(request)
  )
  doesNotMatch(html, /<video/)
  match(read(html), /The video itself is not kept here/)
  match(html, /heatmap\.png/)
})

test('PC9 what is analysed says how far it is, and can be stopped', async () => {
  const html = await app.page('/uploads', answers)
  match(html, /<progress aria-label="Progress of [^"]+" value="0\.42" max="1"/)
  match(read(html), /Being analysed · 42% · 80 of 190 frames/)
  ok(html.includes(`aria-label="Cancel ${escaped}"`))
})

test('PC10 the ways that most take can be shown where an analysis wrote some', async () => {
  const paths = [
    {
      points: [
        [0.1, 0.2],
        [0.3, 0.4]
      ]
    }
  ]
  const withPaths = await app.page('/reports/r-7', request => {
    if (request.url.endsWith('/paths.json')) return { paths }
    if (request.url.endsWith('/reports/r-7')) return { ...report, files: [...report.files, file('paths.json')] }
    return answers(request)
  })
  match(read(withPaths), /Boxes Trails Lines and zones Usual paths/)
  doesNotMatch(read(await app.page('/reports/r-7', answers)), /Usual paths/)
})

test('PC11 a stream is removed on its page by who may change it, and where it is not of the settings file', async () => {
  const page = async (facts: object) => {
    const detail = { ...stream(), origin: 'added', settings: {}, mayOperate: true, ...facts }
    return app.page('/streams/yard', request => (/\/yard$/.test(request.url) ? detail : answers(request)), [state()])
  }
  const menu = `aria-label="More of ${escaped}"`
  const ofTheFile = await page({ origin: 'config' })
  ok((await page({})).includes(menu))
  ok(!ofTheFile.includes(menu))
  ok(!(await page({ mayOperate: false })).includes(menu))
  match(read(ofTheFile), /Pause/)
})
