import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import Value from 'typebox/value'
import { FrameDetections } from '../../src/contract/detection.ts'
import { Event, eventVersion } from '../../src/contract/event.ts'
import { DetectionColumns } from '../../src/core/columns.ts'
import { twoDecimals } from '../../src/report/decimals.ts'
import { detectionsLine, eventLine } from '../../src/report/jsonl.ts'
import { motLines } from '../../src/report/mot-csv.ts'
import { OutputFolder } from '../../src/report/output-folder.ts'
import { csvField, TracksCsv, tracksCsvHeader } from '../../src/report/tracks-csv.ts'
import { trackRows } from './track-rows.ts'

test('MOT: frames count from 1, boxes are pixels with two decimals, three fields are -1', () => {
  const tracks = trackRows({ id: 7, box: [0.25, 0.5, 0.1, 0.333333], score: 0.87654 })
  strictEqual(motLines(0, tracks, 1920, 1080), '1,7,480.00,540.00,192.00,360.00,0.8765,-1,-1,-1\n')
})

test('MOT: a box beyond the picture keeps its numbers', () => {
  strictEqual(
    motLines(41, trackRows({ id: 1, box: [-0.01, -0.002, 1.2, 1], score: 1 }), 768, 432),
    '42,1,-7.68,-0.86,921.60,432.00,1,-1,-1,-1\n'
  )
})

test('MOT: one line for each track, none for a frame without', () => {
  strictEqual(motLines(3, trackRows(), 100, 100), '')
  const both = motLines(3, trackRows({ id: 1, box: [0, 0, 1, 1] }, { id: 2, box: [0, 0, 1, 1] }), 10, 10)
  deepStrictEqual(
    both
      .trimEnd()
      .split('\n')
      .map(line => line.split(',').slice(0, 2).join()),
    ['4,1', '4,2']
  )
})

test('MOT: two decimals are those nearest to the number', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e5, max: 1e5, noNaN: true }), value => {
      const text = twoDecimals(value)
      return /^-?\d+\.\d\d$/.test(text) && !/^-0\.00$/.test(text) && Math.abs(Number(text) - value) <= 0.005 + 1e-9
    })
  )
})

test('detections.jsonl: a line is one frame of the contract', () => {
  const found = new DetectionColumns(2, true)
  found.push(0.1, -0.02, 0.333333333, 0.5, 0.99996, 1)
  found.landmarks!.set([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
  const line = detectionsLine(12, 480.0004, found, ['person', 'say "hi"'])
  const parsed: unknown = JSON.parse(line)
  ok(Value.Check(FrameDetections, parsed), line)
  deepStrictEqual(parsed.detections[0], {
    box: { x: 0.1, y: -0.02, w: 0.33333, h: 0.5 },
    score: 1,
    label: 'say "hi"',
    landmarks: [
      [0.1, 0.2],
      [0.3, 0.4],
      [0.5, 0.6],
      [0.7, 0.8],
      [0.9, 1]
    ]
  })
  strictEqual(parsed.ptsMs, 480)
  strictEqual(line.indexOf('\n'), line.length - 1)
})

test('detections.jsonl: any boxes a detector may give stay within the contract', () => {
  const side = fc.double({ min: -2, max: 3, noNaN: true })
  const size = fc.double({ min: 0, max: 3, noNaN: true })
  const score = fc.double({ min: 0, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.tuple(side, side, size, size, score, fc.nat(3))), rows => {
      const found = new DetectionColumns()
      for (const row of rows) found.push(...row)
      const parsed: unknown = JSON.parse(detectionsLine(0, 0, found, ['person', 'car']))
      return Value.Check(FrameDetections, parsed) && parsed.detections.length === rows.length
    })
  )
})

test('detections.jsonl: a frame without detections is a line too', () => {
  strictEqual(detectionsLine(5, 200, new DetectionColumns(), []), '{"frame":5,"ptsMs":200,"detections":[]}\n')
})

test('events.jsonl: a line is one event of the contract', () => {
  const event: Event = {
    version: eventVersion,
    id: 'clip/1/line.door@1/track-3/line-crossed/1',
    stream: 'clip',
    epoch: 1,
    frame: 9,
    ptsMs: 360,
    kind: 'line-crossed',
    lineId: 'door',
    trackId: 3,
    label: 'person\n',
    box: { x: 0, y: 0, w: 1, h: 1 },
    direction: 'in'
  }
  const line = eventLine(event)
  strictEqual(line.indexOf('\n'), line.length - 1)
  const parsed: unknown = JSON.parse(line)
  ok(Value.Check(Event, parsed))
  deepStrictEqual(parsed, event)
})

test('tracks.csv: seconds, label, pixels and whether it was seen', () => {
  const csv = new TracksCsv(['person', 'car'])
  const tracks = trackRows({ id: 2, box: [0.5, 0.25, 0.1, 0.2], score: 0.5, classId: 1, observed: false })
  strictEqual(tracksCsvHeader, 'time_s,frame,track_id,label,score,x,y,w,h,observed\r\n')
  strictEqual(
    csv.rows({ frame: 25, ptsMs: 1041.6667, tracks, width: 200, height: 100 }),
    '1.042,25,2,car,0.5,100.00,25.00,20.00,20.00,0\r\n'
  )
})

const fields = [
  { rule: 'plain text stays', text: 'traffic light', expected: 'traffic light' },
  { rule: 'a comma is quoted', text: 'cup, blue', expected: '"cup, blue"' },
  { rule: 'a quote is doubled', text: 'the "big" one', expected: '"the ""big"" one"' },
  { rule: 'a line break is quoted', text: 'a\nb', expected: '"a\nb"' },
  { rule: 'a formula is defused', text: '=HYPERLINK("http://x")', expected: '"\'=HYPERLINK(""http://x"")"' },
  { rule: 'plus, minus and at are defused', text: '@SUM(A1)', expected: "'@SUM(A1)" },
  { rule: 'a formula behind spaces is defused', text: '  =1+1', expected: "'  =1+1" },
  { rule: 'a full-width formula is defused', text: '＝1+1', expected: "'＝1+1" },
  { rule: 'a tab in front is defused', text: '\t=1', expected: "'\t=1" }
]
for (const { rule, text, expected } of fields) test(`tracks.csv: ${rule}`, () => strictEqual(csvField(text), expected))

test('a million rows take no more memory than a thousand', () => {
  const base = mkdtempSync(join(tmpdir(), 'sightline-rows-'))
  try {
    using folder = new OutputFolder(join(base, 'out'))
    const text = folder.text('tracks.txt')
    const tracks = trackRows(
      ...Array.from({ length: 20 }, (_, at) => ({ id: at + 1, box: [0.1, 0.2, 0.3, 0.4] as const }))
    )
    const write = (frames: number) => {
      for (let frame = 0; frame < frames; frame++) text.write(motLines(frame, tracks, 1920, 1080))
    }
    write(5_000)
    const before = process.memoryUsage().rss
    write(45_000)
    const grownMb = (process.memoryUsage().rss - before) / 2 ** 20
    folder.commit()
    ok(statSync(join(base, 'out', 'tracks.txt')).size > 40e6)
    ok(grownMb < 48, `grew by ${grownMb.toFixed(0)} MB`)
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
})
