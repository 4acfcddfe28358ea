import { deepStrictEqual, match, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SightlineError } from '../../src/core/errors.ts'
import { MotReader } from '../../src/evaluation/mot-reader.ts'
import type { MotRows } from '../../src/evaluation/mot-rows.ts'
import { rowsOf } from './mot-text.ts'

function columnsOf({ count, frames, ids, boxes, marks, classes, columns, lines }: MotRows) {
  return {
    columns,
    frames: [...frames.subarray(0, count)],
    ids: [...ids.subarray(0, count)],
    boxes: [...boxes.subarray(0, count * 4)],
    marks: [...marks.subarray(0, count)],
    classes: [...classes.subarray(0, count)],
    lines: [...lines.subarray(0, count)]
  }
}

const row = {
  columns: 9,
  frames: [3],
  ids: [0],
  boxes: [1.5, -2, 30, 40.25],
  marks: [0.5],
  classes: [7],
  lines: [1]
}
const same = [
  { rule: 'R1 commas separate, with blanks or without', text: '3, 0, 1.5,-2 ,30,40.25,0.5,7,1\n' },
  { rule: 'R1 blanks or tabs alone separate', text: '3 0\t1.5 -2 30 40.25 0.5 7 1\n' },
  { rule: 'R1 semicolons separate', text: '3;0;1.5;-2;30;40.25;0.5;7;1\n' },
  { rule: 'R2 lines may end with a carriage return', text: '3,0,1.5,-2,30,40.25,0.5,7,1\r\n' },
  { rule: 'R2 the last line needs no end', text: '3,0,1.5,-2,30,40.25,0.5,7,1' },
  { rule: 'R2 a comma at the end of a line is nothing', text: '3,0,1.5,-2,30,40.25,0.5,7,1,\n' },
  { rule: 'R2 a byte order mark is nothing', text: '\ufeff3,0,1.5,-2,30,40.25,0.5,7,1\n' },
  { rule: 'R3 numbers may have a sign, an exponent or a fraction of 0', text: '3.0,0,+15e-1,-2.,30,40.25,.5,7,1\n' },
  { rule: 'R4 columns after the eighth are counted, not read', text: '3,0,1.5,-2,30,40.25,0.5,7,what?\n' }
]
for (const { rule, text } of same) {
  test(rule, () => deepStrictEqual(columnsOf(rowsOf(text)), row))
}

test('R2 empty lines are passed over, and counted', () => {
  deepStrictEqual([...rowsOf('\n  \n1,1,0,0,5,5\n\n1,2,0,0,5,5\n').lines.subarray(0, 2)], [3, 5])
})

test('R4 without a seventh and eighth column both are 1', () => {
  const { marks, classes, columns } = rowsOf('1,1,0,0,5,5\n')
  deepStrictEqual([marks[0], classes[0], columns], [1, 1, 6])
})

test('R5 an empty file has no rows', () => {
  const { count, columns } = rowsOf('')
  deepStrictEqual([count, columns], [0, 0])
})

const refused = [
  { rule: 'NaN', text: '1,1,NaN,0,5,5\n', says: /Line 1 .*“NaN” as left edge/ },
  { rule: 'infinity', text: '1,1,0,0,5,inf\n', says: /“inf” as height/ },
  { rule: 'a number too great for a number', text: '1,1,0,0,5,1e999\n', says: /“1e999”/ },
  { rule: 'coordinates that are no pixels', text: '1,1,99999999,0,5,5\n', says: /99999999 as left edge/ },
  { rule: 'a word', text: '1,1,0,0,5,5\nframe,id,x\n', says: /Line 2 .*“frame” as frame/ },
  { rule: 'an empty field', text: '1,,0,0,5,5\n', says: /“” as id/ },
  { rule: 'too few columns', text: '1,1,0,0,5\n', says: /ends before its height/ },
  { rule: 'frame 0', text: '0,1,0,0,5,5\n', says: /frame 0: frames are counted from 1/ },
  { rule: 'half a frame', text: '1.5,1,0,0,5,5\n', says: /frame 1.5/ },
  { rule: 'a frame beyond counting', text: '3000000000,1,0,0,5,5\n', says: /frame 3000000000/ },
  { rule: 'an id that is no whole number', text: '1,1.5,0,0,5,5\n', says: /id 1.5/ },
  { rule: 'a line without an end', text: '7'.repeat(5000), says: /longer than 4096 bytes/ }
]
for (const { rule, text, says } of refused) {
  test(`R6 ${rule} is refused, naming file and line`, () => {
    throws(
      () => rowsOf(text),
      (error: unknown) => {
        strictEqual((error as SightlineError).code, 'SL_ROWS_INVALID')
        match((error as SightlineError).message, says)
        match((error as SightlineError).message, /rows\.txt/)
        return error instanceof SightlineError
      }
    )
  })
}

const fraction = fc.tuple(fc.nat(10_000_000), fc.constantFrom('', '.', '.5', '.25', '.0625', '.1', '.123456789', 'e-3'))
const decimal = fraction.map(([whole, rest]) => `${whole}${rest}`)

test('R3 numbers are what JavaScript makes of the text, to the last bit', () => {
  fc.assert(
    fc.property(fc.array(decimal, { minLength: 4, maxLength: 4 }), sides => {
      const valid = sides.map(side => (Number(side) > 1e7 ? '1' : side))
      deepStrictEqual([...rowsOf(`1,1,${valid.join(',')}`).boxes.subarray(0, 4)], valid.map(Number))
    })
  )
})

test('R7 rows are the same however the bytes are cut, even where the pieces share memory', () => {
  const lines = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat(50), fc.double({ min: -9, max: 9, noNaN: true }))
  )
  fc.assert(
    fc.property(lines, fc.integer({ min: 1, max: 30 }), (values, pieceBytes) => {
      const text = values.map(([frame, id, left]) => `${frame},${id},${left.toFixed(3)},2,3,4\n`).join('')
      const reader = new MotReader('rows.txt')
      const piece = new Uint8Array(pieceBytes)
      const bytes = new TextEncoder().encode(text)
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const part = bytes.subarray(at, at + pieceBytes)
        piece.set(part)
        reader.feed(piece.subarray(0, part.length))
      }
      deepStrictEqual(columnsOf(reader.finish()), columnsOf(rowsOf(text)))
    })
  )
})
