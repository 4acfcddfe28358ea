import type { MotRows } from '../../src/evaluation/mot-rows.ts'
import { SeededRandom } from '../../src/simulator/random.ts'

/** Someone in one frame. */
export interface MadeRow {
  readonly frame: number
  readonly id: number
  /** Left, top, width, height in pixels. */
  readonly box: readonly number[]
  /** Columns 7 and 8. */
  readonly mark?: number
  readonly label?: number
}

/**
 * Results as a mediocre tracker would have them of a ground truth, the same every time for a name: boxes tremble and
 * are missed, tracks break, neighbours are taken for one another, and things appear that are not there.
 */
export function madeResults(truth: MotRows, name: string): string {
  const random = new SeededRandom([...name].reduce((hash, letter) => hash * 31 + letter.codePointAt(0)!, 7))
  const frames = new Map<number, number[]>()
  for (let row = 0; row < truth.count; row++) {
    const frame = truth.frames[row]!
    frames.set(frame, [...(frames.get(frame) ?? []), row])
  }
  const trackOf = new Map<number, number>()
  let tracks = 0
  const begin = (id: number): number => {
    trackOf.set(id, ++tracks)
    return tracks
  }
  let text = ''
  for (const [frame, rows] of [...frames].sort(([a], [b]) => a - b)) {
    if (rows.length > 1 && random.unit() < 0.08) swap(trackOf, truth.ids[rows[0]!]!, truth.ids[rows[1]!]!)
    for (const row of rows) {
      const id = truth.ids[row]!
      const track = random.unit() < 0.006 ? begin(id) : (trackOf.get(id) ?? begin(id))
      if (random.unit() < 0.12) continue
      const [left, top, width, height] = truth.boxes.subarray(row * 4, row * 4 + 4)
      const shift = () => random.between(-0.16, 0.16)
      const box = [left! + shift() * width!, top! + shift() * height!, width! * (1 + shift()), height! * (1 + shift())]
      text += line({ frame, id: track, box })
    }
    if (random.unit() < 0.2) {
      const box = [random.between(0, 600), random.between(0, 400), random.between(10, 80), random.between(20, 160)]
      text += line({ frame, id: ++tracks, box })
    }
  }
  return text
}

/**
 * A ground truth with every class of MOT Challenge, rows marked 0 and ids from 0, the same every time: people who
 * cross, and next to them what is to be ignored.
 */
export function madeTruth(seed: number, frames = 150): string {
  const random = new SeededRandom(seed)
  const things = Array.from({ length: 26 }, (_, id) => ({
    id,
    label: id < 12 ? 1 : 1 + (id % 13),
    x: random.between(0, 560),
    y: random.between(0, 300),
    speed: id < 20 ? random.between(-3, 3) : 0,
    width: random.between(24, 50),
    height: random.between(70, 130)
  }))
  let text = ''
  for (let frame = 1; frame <= frames; frame++) {
    for (const { id, label, x, y, speed, width, height } of things) {
      if ((frame + id * 17) % 90 < 12) continue
      const mark = label === 1 && (frame + id) % 40 > 3 ? 1 : 0
      text += line({ frame, id, box: [x + speed * frame, y, width, height], mark, label })
    }
  }
  return text
}

function line({ frame, id, box, mark = 1, label }: MadeRow): string {
  const rest = label === undefined ? '-1,-1,-1' : `${label},1`
  return `${frame},${id},${box.map(side => side.toFixed(2)).join(',')},${mark},${rest}\n`
}

function swap(trackOf: Map<number, number>, a: number, b: number): void {
  const [first, second] = [trackOf.get(a), trackOf.get(b)]
  if (first === undefined || second === undefined) return
  trackOf.set(a, second)
  trackOf.set(b, first)
}
