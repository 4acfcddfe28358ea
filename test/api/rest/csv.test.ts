import { strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { type CellValue, csvLine } from '../../../src/api/rest/csv.ts'

const cells: readonly (readonly [rule: string, value: CellValue, written: string])[] = [
  ['CV1 a comma does not end its cell', 'Berlin, west', '"Berlin, west"'],
  ['CV2 a quote is doubled', 'the "gate"', '"the ""gate"""'],
  ['CV3 a line end does not end its line', 'one\ntwo\r', '"one\ntwo\r"'],
  ['CV4 what a spreadsheet would compute stays text', '=1+1', "'=1+1"],
  ['CV5 so does what is also quoted', '@a,b', '"\'@a,b"'],
  ['CV6 a number is none, whatever its sign', -5, '-5'],
  ['CV7 what is not there is nothing', null, ''],
  ['CV8 no is a word', false, 'false']
]
for (const [rule, value, written] of cells)
  test(rule, () => strictEqual(csvLine(['before', value, 'behind']), `before,${written},behind\r\n`))
