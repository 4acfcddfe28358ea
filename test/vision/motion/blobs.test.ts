import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { BlobFinder } from '../../../src/vision/motion/blobs.ts'
import { mergeBlobs } from '../../../src/vision/motion/merge-blobs.ts'

/** Boxes as `left,top-right,bottom` of what `rows` (`#` changed) show. */
function boxes(rows: readonly string[], { minArea = 1, merge = false } = {}): string[] {
  const size = { width: rows[0]!.length, height: rows.length }
  const mask = Uint8Array.from(rows.join(''), cell => (cell === '#' ? 1 : 0))
  const none = new Float32Array(mask.length)
  const blobs = new BlobFinder(size).find(mask, none, none, minArea)
  return (merge ? mergeBlobs(blobs) : blobs).map(blob => `${blob.left},${blob.top}-${blob.right},${blob.bottom}`)
}

const block = ['....', '.##.', '.##.', '....']
const cases: { rule: string; rows: string[]; expected: string[]; merge?: boolean; minArea?: number }[] = [
  { rule: 'MB1 nothing changed is no blob', rows: ['....', '....'], expected: [] },
  { rule: 'MB2 a block is boxed to the pixel', rows: block, expected: ['1,1-3,3'] },
  { rule: 'MB3 what is smaller than the least area is left out', rows: block, minArea: 5, expected: [] },
  {
    rule: 'MB4 the legs of a U are one blob',
    rows: ['##......##', '##......##', '##......##', '##########', '##########'],
    expected: ['0,0-10,5']
  },
  {
    rule: 'MB5 specks are dropped and stretch no box',
    rows: ['##...#....', '##........', '...#....#.'],
    expected: ['0,0-2,2']
  },
  {
    rule: 'MB6 blocks side by side with a gap are two',
    rows: ['###....###', '###....###', '###....###'],
    expected: ['0,0-3,3', '7,0-10,3']
  },
  {
    rule: 'MB7 a gap of four rows within a column is closed',
    rows: ['###', '###', '...', '...', '...', '...', '###', '###'],
    expected: ['0,0-3,8']
  },
  {
    rule: 'MB8 a head above its trunk is merged across a wider gap',
    rows: [
      '..##..',
      '..##..',
      '......',
      '......',
      '......',
      '......',
      '......',
      ...Array.from({ length: 16 }, () => '.####.')
    ],
    merge: true,
    expected: ['1,0-5,23']
  },
  {
    rule: 'MB9 equals at a distance are not merged',
    rows: ['####........####', '####........####', '####........####', '####........####'],
    merge: true,
    expected: ['0,0-4,4', '12,0-16,4']
  }
]
for (const { rule, rows, expected, ...options } of cases) {
  test(rule, () => deepStrictEqual(boxes(rows, options), expected))
}
