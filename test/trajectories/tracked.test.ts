import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { layOutSequences } from '../../bench/scored-sequences.ts'
import { type StoredSequence, trackedSequences, truthSequences } from '../../bench/stored-frames.ts'
import { DetectionColumns } from '../../src/core/columns.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { SeededRandom } from '../../src/simulator/random.ts'
import { createTracker, trackerNames } from '../../src/tracking/create-tracker.ts'
import { realClip } from '../support/material.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { decoded, encoded, labels, plain } from './stored.ts'

/** Frames of a tracker that sees people tremble, hide and leave the picture; every fifth is skipped, every seventh held. */
function trackedFrames(name: string): { readonly given: TrackFrame[]; readonly plainly: ReturnType<typeof plain>[] } {
  const random = new SeededRandom(5)
  const tracker = createTracker(name, { frame: { width: 1920, height: 1080 }, fps: 30, lostAfterMs: 300 })
  const seen = new DetectionColumns()
  const given: TrackFrame[] = []
  for (let frame = 0; frame < 300; frame++) {
    const ptsMs = Math.round((frame * 1000) / 30)
    seen.clear()
    for (let person = 0; person < 8; person++) {
      if (random.unit() < 0.1) continue
      const x = -0.2 + ((frame * (person + 1)) % 400) / 300
      seen.push(x + random.between(0, 0.01), person / 9, 0.07, 0.3, random.unit(), person % 3)
    }
    const outcome = frame % 5 === 4 ? 'skipped' : frame % 7 === 6 ? 'gated' : 'analysed'
    const rows =
      outcome === 'skipped'
        ? tracker.predict(ptsMs)
        : outcome === 'gated'
          ? tracker.hold(ptsMs)
          : tracker.update(ptsMs, seen)
    given.push({ frame, ptsMs, outcome, rows: structuredClone(rows), ended: [...tracker.ended], labels })
  }
  return { given, plainly: given.map(plain) }
}

for (const name of trackerNames) {
  test(`R1 what ${name} hands over is stored without a loss`, () => {
    const { given, plainly } = trackedFrames(name)
    ok(plainly.some(({ rows }) => rows.length > 5) && plainly.some(({ ended }) => ended.length > 0))
    ok(plainly.some(({ rows }) => rows.some(([, x]) => x! < 0)))
    deepStrictEqual(decoded(encoded(given, { fps: 30 })), plainly)
  })
}

function bytesPerPoint(sequences: readonly StoredSequence[]): number {
  let [bytes, points] = [0, 0]
  for (const { header, frames } of sequences) {
    const file = encoded(frames, header)
    bytes += file.length
    points += frames.reduce((sum, { rows }) => sum + rows.count, 0)
    strictEqual(decoded(file).length, frames.length)
  }
  return bytes / points
}

const mot = realClip('mot')
test('real tracks take at most 8 bytes a point', { skip: mot.skip }, async () => {
  await using folder = await temporaryFolder()
  const { gt, results } = await layOutSequences(join(mot.path, '..'), folder.path)
  for (const sequences of [truthSequences(gt), trackedSequences(gt, results)]) {
    const found = bytesPerPoint(sequences)
    ok(found <= 8, `${found} bytes a point`)
  }
})
