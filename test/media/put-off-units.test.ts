import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { PutOffUnits } from '../../src/media/put-off-units.ts'

/** NAL units of H.264: an IDR picture, one that begins an open group, and one that refers to others. */
const idr = { data: Buffer.of(0, 0, 0, 1, 0x65, 0x88), isKey: true }
const open = { data: Buffer.of(0, 0, 0, 1, 0x41, 0x88), isKey: true }
const between = { data: Buffer.of(0, 0, 0, 1, 0x41, 0x9a), isKey: false }
const unit = (facts: typeof idr, sourceMs: number) => ({ ...facts, sourceMs, arrivedMs: sourceMs })

test('PO1 what comes between key frames has to be decoded for the next, in order', () => {
  const units = new PutOffUnits()
  units.putOff(unit(between, 1))
  units.hold(unit(between, 2), 40)
  deepStrictEqual(
    units.before(between, 'h264').map(({ unit: { sourceMs }, mediaMs }) => [sourceMs, mediaMs]),
    [
      [1, undefined],
      [2, 40]
    ]
  )
  deepStrictEqual(units.before(between, 'h264'), [])
})

test('PO2 a fresh start makes it needless, a key frame of an open group does not', () => {
  const units = new PutOffUnits()
  units.hold(unit(between, 1), 0)
  deepStrictEqual([units.before(open, 'h264').length, units.spared], [1, 0])
  units.hold(unit(between, 2), 40)
  deepStrictEqual([units.before(idr, 'h264').length, units.spared], [0, 1])
})

test('PO3 a key frame that is put off makes needless what was before it', () => {
  const units = new PutOffUnits()
  units.putOff(unit(between, 1))
  units.putOff(unit(idr, 2))
  deepStrictEqual([units.before(between, 'h264').length, units.spared], [1, 1])
})

test('PO4 no more is held than can be made up for', () => {
  const units = new PutOffUnits()
  for (let n = 0; n < 64; n++) units.hold(unit(between, n), n)
  strictEqual(units.mayHold, false)
})
