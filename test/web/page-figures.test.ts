import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { PastAnswer } from '../../src/contract/api/measure.ts'
import type { System } from '../../src/contract/api/system.ts'
import type { DiskUse, Examination, LogLines } from '../../src/contract/api/system-looks.ts'
import { RenderedApp } from '../support/rendered-app.ts'

// Times, lengths and amounts as pages say them to somebody in Tokyo who has chosen to read miles.
process.env.TZ = 'Asia/Tokyo'
Object.assign(globalThis, { localStorage: { getItem: () => '{"units":"imperial"}' } })

const atMs = Date.UTC(2026, 10, 21, 12)
const minuteMs = 60_000
const who = { who: { actor: 'user:ada', role: 'admin', scopes: null }, isSetUp: true }
const stream = { name: 'yard', title: 'Yard', site: null, source: 'rtsp://10.0.0.5/main', createdMs: atMs, state: null }

const visit = (trackId: number, kind: 'zone-entered' | 'zone-left', afterMs: number) => ({
  atMs: atMs + afterMs,
  event: {
    ...{ version: 1, id: `yard/3/zone.asked@1/track-${trackId}/${kind}/1`, stream: 'yard', epoch: 3, frame: 1 },
    ...{ ptsMs: afterMs, zoneId: 'asked', trackId, label: 'person', box: { x: 0, y: 0, w: 0.1, h: 0.1 } },
    ...(kind === 'zone-left' ? { kind, dwellMs: trackId * 4000 } : { kind })
  }
})
const answered = {
  items: [
    visit(1, 'zone-entered', 0),
    visit(1, 'zone-left', 4000),
    visit(2, 'zone-entered', 0),
    visit(2, 'zone-left', 8000)
  ],
  counts: [
    { measure: 'zone.asked', kind: 'zone-entered', events: 2 },
    { measure: 'zone.asked', kind: 'zone-left', events: 2 }
  ],
  damage: []
} as unknown as PastAnswer

const system: System = {
  ...{ version: '1.2.3', node: '24.0.0', platform: 'linux x64', startedMs: atMs, memoryBytes: 100_000_000 },
  problems: [{ part: 'store', code: 'SL_STORE_UNAVAILABLE', message: 'The store rests.', sinceMs: atMs }],
  workers: [
    { name: 'w-1', load: 1, pid: 77, isAlone: true, streams: ['yard'], memoryBytes: 50_000_000, queuedRecords: 5 }
  ],
  workerDeaths: { count: 1, last: [{ atMs, name: 'w-0', how: 'SIGKILL', streams: 2 }] },
  jobs: { queued: 4, running: 3 },
  logs: [
    {
      ...{ name: 'w-1', bytes: 2_000_000, alive: true },
      sinks: [
        ...[{ name: 'store', required: true, lagRecords: 1500, lagMs: 9000, delivered: 10, refused: 6, failures: 8 }]
      ]
    }
  ],
  deadLetters: { letters: 6, bytes: 100 },
  ...{ kept: [], disks: [] }
}
const disk: DiskUse = {
  limits: { prune: 0.85, stopClips: 0.9, stopUploads: 0.95 },
  disks: [{ places: ['store', 'media'], totalBytes: 1e12, freeBytes: 1e11, isPruned: true }],
  places: [{ place: 'media', bytes: 3e9, atMostBytes: 5e9 }],
  kinds: [
    {
      ...{ kind: 'clips', place: 'media', keepMs: 7 * 86_400_000, atMostBytes: null, bytes: 2e9, oldestMs: atMs },
      ...{ streams: 2, exceptions: 1 }
    }
  ]
}
const examination: Examination = {
  isWell: false,
  findings: [
    { check: 'clock', state: 'well', found: 'It goes right.' },
    { check: 'disk', state: 'wrong', found: 'The disk is full.', remedy: 'Make room.' }
  ]
}
const log: LogLines = {
  level: 'info',
  items: [{ n: 1, atMs, level: 'warn', process: 'w-1', message: 'A frame was late.', facts: { stream: 'yard' } }]
}

/** By path; what is not here is an empty list. */
const found: Readonly<Record<string, unknown>> = {
  '/api/v1/session': who,
  '/api/v1/streams': { items: [stream], next: null },
  '/api/v1/measures/query': answered,
  '/api/v1/system': system,
  '/api/v1/system/disk': disk,
  '/api/v1/system/doctor': examination,
  '/api/v1/system/logs': log,
  '/api/v1/recordings/r-7': {
    ...{ id: 'r-7', stream: 'yard', epoch: 3, title: 'Match', asset: null, startedMs: atMs },
    ...{ durationMs: 125_000, facts: {}, createdMs: atMs }
  },
  '/api/v1/reports/r-7': {
    ...{ id: 'r-7', stream: 'yard', epoch: 3, title: 'Match', createdMs: atMs, regions: { lines: {}, zones: {} } },
    ...{ calibration: null, summary: null },
    files: [{ name: 'movement.csv', contentType: 'text/csv', bytes: 1, digest: 'b'.repeat(64), href: '/movement.csv' }]
  }
}
const movement = 'track_id,label,duration_s,distance,mean_speed,peak_speed,unit\r\n7,person,4,2500,1.5,3,metres\r\n'
const answers = (request: Request) => {
  const { pathname } = new URL(request.url)
  return pathname === '/movement.csv' ? new Response(movement) : (found[pathname] ?? { items: [], next: null })
}

let app: RenderedApp
before(async () => {
  app = await RenderedApp.open()
})
after(() => app?.[Symbol.asyncDispose]())

/** Without its tags, as it is read. */
const read = async (path: string) =>
  (await app.page(path, answers)).replace(/<[^>]+>/g, ' ').replace(/[\s\u00a0\u202f]+/g, ' ')

test('PF1 times are those of the viewer’s zone', async () => {
  match(await read('/reports/r-7'), /\b(21:00|9:00 PM)\b/)
  match(await read('/system?view=log'), /\b(21:00:00|9:00:00 PM)\b/)
})

test('PF2 a field for a time has the viewer’s, too', async () => {
  const html = await app.page(`/past?stream=yard&fromMs=${atMs}&toMs=${atMs + 60 * minuteMs}`, answers)
  const fields = [...html.matchAll(/<input(?=[^>]* type="datetime-local")[^>]* value="([^"]*)"/g)]
  deepStrictEqual(
    fields.map(([, value]) => value),
    ['2026-11-21T21:00', '2026-11-21T22:00']
  )
})

test('PF3 ways and speeds are in the units that somebody has chosen', async () => {
  match(await read('/reports/r-7'), /person 7 1\.6 mi 3\.4 mph 6\.7 mph/)
})

test('PF4 who has chosen none has those of their country', async () => {
  // Its types are those of a browser.
  const module = new URL('../../web/src/preferences/preferences.ts', import.meta.url).href
  const { usualUnits }: { usualUnits(locale: string): string } = await import(module)
  deepStrictEqual(['en-US', 'en-GB', 'my-MM', 'de'].map(usualUnits), ['imperial', 'metric', 'imperial', 'metric'])
})

test('PF5 of a zone in the past it is said how many came, how long they stayed, and who they were', async () => {
  const zone = 'zone:1000,1000;9000,1000;5000,9000'
  // From … to …: what counts back from now would be another question each time that it is looked at.
  const text = await read(
    `/past?stream=yard&fromMs=${atMs}&toMs=${atMs + 60 * minuteMs}&shape=${encodeURIComponent(zone)}`
  )
  match(text, /Entered 2 Left 2 Tracks 2 Mean stay 6 s Longest stay 8 s Answered in [\d.]+ s/)
  match(text, /person 1 .*1 × in · 1 × out · stayed 4 s person 2 .*stayed 8 s/)
})

test('PF6 the system: what is wrong, what works on what, what waits, and where events go', async () => {
  const text = await read('/system')
  match(text, /1 problem .*150 MB .*3 under way, 4 waiting .*1\.2\.3/)
  match(text, /The store rests\. since .*SL_STORE_UNAVAILABLE/)
  match(text, /w-1 alone 77 yard 50 MB 5 .*w-0 \(SIGKILL\) with 2 streams/)
  match(text, /Store 1,500, 9 s 10 6 8 .*The logs take 2 MB\. .*6 records were refused for good/)
})

test('PF7 disks: how full they are, what is kept and for how long', async () => {
  const text = await read('/system?view=disk')
  match(text, /Disk of store, files 100 GB of 1 TB free .*The oldest is being removed .*From 85% on/)
  match(text, /files 3 GB of at most 5 GB/)
  match(text, /Clips 7 days 1 stream otherwise 2 GB .* 2 /)
})

test('PF8 the doctor says first what is wrong, and what to do; the log what was written beside a line', async () => {
  match(
    await read('/system?view=doctor'),
    /Something keeps it from working.*Disk The disk is full\. Make room\. .*Clock It goes right\./
  )
  const text = await read('/system?view=log')
  match(text, /Warning w-1 A frame was late\. .*&quot;stream&quot;: &quot;yard&quot;/)
  equal(text.includes('Nothing was logged'), false)
})
