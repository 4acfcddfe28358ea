// Usage: ours-measure.ts REGIONS.json POINTS.f32 [bare]. Feeds all points to all regions; prints the seconds and the
// counts. `bare` leaves out what the peer has not: band, hand-over and grace.
import { readFileSync } from 'node:fs'
import { TrackColumns } from '../src/core/columns.ts'
import { DefinedMeasures } from '../src/measures/defined-measures.ts'
import { MeasureSet } from '../src/measures/measure-set.ts'
import { endsLives, type MeasuredPoints, trackIdIn, tracksAFrame } from './measured-points.ts'

const [regions = '', points = '', manner = ''] = process.argv.slice(2)
const { lines, zones } = JSON.parse(readFileSync(regions, 'utf8')) as Pick<MeasuredPoints, 'lines' | 'zones'>
const bytes = readFileSync(points)
const boxes = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
const frames = boxes.length / 4 / tracksAFrame
const context = { stream: 'bench', epoch: 1, aspect: 16 / 9 }
const isBare = manner === 'bare'
const lineSettings = isBare ? { band: 0, bandOfBox: 0, handOver: { withinMs: 0 } } : {}
const zoneSettings = isBare ? { graceMs: 0 } : {}
const definitions = {
  lines: Object.fromEntries(lines.map((points, at) => [`line${at}`, { points: [...points], ...lineSettings }])),
  zones: Object.fromEntries(zones.map((points, at) => [`zone${at}`, { points: [...points], ...zoneSettings }]))
}
const defined = new DefinedMeasures(definitions, context)
const set = new MeasureSet(context.aspect, defined.stages)
const rows = new TrackColumns(tracksAFrame)

const started = performance.now()
for (let frame = 0; frame < frames; frame++) {
  rows.clear()
  const ended: number[] = []
  for (let track = 0; track < tracksAFrame; track++) {
    const at = (frame * tracksAFrame + track) * 4
    rows.pushTrack(trackIdIn(frame, track), true, boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!, 0.9, 0)
    if (endsLives(frame)) ended.push(trackIdIn(frame - 1, track))
  }
  set.process({ frame, ptsMs: frame * 40, outcome: 'analysed', rows, ended, labels: ['person'] })
}
const seconds = (performance.now() - started) / 1000

const crossed = [...defined.lines.values()].reduce((sum, line) => sum + line.snapshot().in! + line.snapshot().out!, 0)
const inside = [...defined.zones.values()].reduce((sum, zone) => sum + zone.snapshot().mean * (frames - 1), 0)
process.stdout.write(
  `${JSON.stringify({ points: frames * tracksAFrame, seconds, crossed, inside: Math.round(inside) })}\n`
)
