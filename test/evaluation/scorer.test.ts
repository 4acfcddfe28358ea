import { deepStrictEqual, match, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import type { SightlineError } from '../../src/core/errors.ts'
import { type ScoreSettings, scoresOf } from './mot-text.ts'

/** A line with a box of 10 × 10 at `left`. */
function at(frame: number, id: number, left: number, rest = ',1,1,1'): string {
  return `${frame},${id},${left},0,10,10${rest}\n`
}

/** One person in frames 1 … `length`, at 0. */
function standing(length: number): string {
  return Array.from({ length }, (_, index) => at(index + 1, 1, 0)).join('')
}

test('C1 a match needs half of the union; just half is enough', () => {
  const { CLR_TP } = scoresOf(at(1, 1, 0) + at(2, 1, 0), `1,1,0,0,10,20\n2,1,0,0,10,20.1\n`)
  strictEqual(CLR_TP, 1)
})

test('C2 going on with the same track comes before a better overlap', () => {
  const { IDSW, CLR_TP } = scoresOf(standing(2), at(1, 1, 0) + at(2, 1, 3) + at(2, 2, 0))
  deepStrictEqual([IDSW, CLR_TP], [0, 2])
})

test('C3 another track than the last one is a switch, also after a pause', () => {
  const { IDSW, Frag } = scoresOf(standing(5), at(1, 1, 0) + at(3, 9, 500) + at(5, 2, 0))
  deepStrictEqual([IDSW, Frag], [1, 1])
})

test('C4 the same track after a pause is a fragment and no switch', () => {
  const { IDSW, Frag } = scoresOf(standing(3), at(1, 1, 0) + at(2, 9, 500) + at(3, 1, 0))
  deepStrictEqual([IDSW, Frag], [0, 1])
})

test('C5 a frame without results breaks nothing', () => {
  strictEqual(scoresOf(standing(3), at(1, 1, 0) + at(3, 1, 0)).Frag, 0)
})

test('C6 mostly tracked is more than 80 %, mostly lost less than 20 %', () => {
  const seen = (frames: number) => standing(10).split('\n').slice(0, frames).join('\n')
  const kinds = [9, 8, 2, 1].map(frames => scoresOf(standing(10), seen(frames)))
  deepStrictEqual(
    kinds.map(({ MT, PT, ML }) => [MT, PT, ML]),
    [
      [1, 0, 0],
      [0, 1, 0],
      [0, 1, 0],
      [0, 0, 1]
    ]
  )
})

test('C7 an object has one track in the whole sequence: the other’s boxes are wrong', () => {
  const { IDTP, IDFP, IDFN } = scoresOf(
    standing(5),
    at(1, 1, 0) + at(2, 1, 0) + at(3, 1, 0) + at(4, 2, 0) + at(5, 2, 0)
  )
  deepStrictEqual([IDTP, IDFP, IDFN], [3, 2, 2])
})

test('B1 a row marked 0 need not be found, and finding it is a false alarm', () => {
  const ignored = at(1, 2, 100, ',0,1,1')
  strictEqual(scoresOf(standing(1) + ignored, standing(1)).CLR_FN, 0)
  strictEqual(scoresOf(standing(1) + ignored, standing(1) + at(1, 2, 100)).CLR_FP, 1)
})

for (const { label, benchmark, falseAlarms } of [
  { label: 2, benchmark: 'MOT16', falseAlarms: 0 },
  { label: 7, benchmark: 'MOT17', falseAlarms: 0 },
  { label: 8, benchmark: undefined, falseAlarms: 0 },
  { label: 12, benchmark: 'MOT20', falseAlarms: 0 },
  { label: 6, benchmark: 'MOT20', falseAlarms: 0 },
  { label: 6, benchmark: 'MOT17', falseAlarms: 1 },
  { label: 3, benchmark: 'MOT17', falseAlarms: 1 }
] as const) {
  test(`B2 a result on class ${label} makes ${falseAlarms} false alarms by ${benchmark ?? 'default'}`, () => {
    const truth = standing(1) + at(1, 2, 100, `,1,${label},1`)
    const { CLR_FP, CLR_FN } = scoresOf(truth, standing(1) + at(1, 2, 101), { benchmark })
    deepStrictEqual([CLR_FP, CLR_FN], [falseAlarms, 0])
  })
}

test('B3 a result that a person matches better is scored, though it touches a distractor', () => {
  const { CLR_TP } = scoresOf(at(1, 1, 0) + at(1, 2, 3, ',1,8,1'), at(1, 5, 1))
  strictEqual(CLR_TP, 1)
})

for (const benchmark of ['MOT15', 'SportsMOT'] as const) {
  test(`B4 ${benchmark} has no classes: every row not marked 0 counts`, () => {
    strictEqual(scoresOf(at(1, 1, 0, ',1,8,1') + at(1, 2, 50, ',1,99,1'), '', { benchmark }).CLR_FN, 2)
  })
}

test('B5 ten columns are MOT15 whatever is said: the eighth is a coordinate', () => {
  strictEqual(scoresOf(at(1, 1, 0, ',1,8,2.5,0'), '', { benchmark: 'MOT17' }).CLR_FN, 1)
})

test('B6 seven columns have no class', () => {
  strictEqual(scoresOf(at(1, 1, 0, ',1'), '', { benchmark: 'MOT20' }).CLR_FN, 1)
})

test('B7 ids may start at 0 and be as large as they like', () => {
  strictEqual(scoresOf(at(1, 0, 0), at(1, 2147483647, 0)).HOTA, 1)
})

test('B8 a box without an area overlaps nothing and counts', () => {
  const flat = '1,1,0,0,10,0,1,1,1\n1,2,50,0,-10,-10,1,1,1\n'
  const { CLR_TP, CLR_FN, CLR_FP, HOTA } = scoresOf(flat, flat)
  deepStrictEqual([CLR_TP, CLR_FN, CLR_FP, HOTA], [0, 2, 2, 0])
})

const refused = [
  {
    rule: 'an id twice in a frame of results',
    results: at(1, 4, 0) + at(1, 4, 50),
    says: /Lines 1 and 2 of results.txt/
  },
  {
    rule: 'an id twice in a frame of the truth',
    truth: at(1, 4, 0) + at(2, 4, 0) + at(1, 4, 9),
    says: /Lines 1 and 3 of gt.txt/
  },
  { rule: 'results without ids', results: at(1, -1, 0), says: /Line 1 of results.txt has the id -1/ },
  { rule: 'truth of six columns', truth: at(1, 1, 0, ''), says: /gt.txt has 6 columns/ },
  {
    rule: 'truth of nine and ten columns',
    truth: at(1, 1, 0) + at(2, 1, 0, ',1,1,1,1'),
    says: /rows of 9 and of 10 columns/
  },
  { rule: 'a class that there is not', truth: at(1, 1, 0, ',1,14,1'), says: /class 14/ },
  { rule: 'results that are no persons', results: at(1, 1, 0, ',1,3,1'), says: /class 3/ }
]
for (const { rule, truth = standing(1), results = '', says } of refused) {
  test(`B9 ${rule}: refused, naming the line`, () => refuses(truth, results, {}, 'SL_ROWS_INVALID', says))
}

test('B10 a frame beyond the end that seqinfo.ini tells is refused', () => {
  refuses(standing(3), at(5, 1, 0), { length: 4 }, 'SL_EVAL_MISMATCH', /Line 1 of results.txt is of frame 5.*frame 4/)
  refuses(standing(3), '', { length: 2 }, 'SL_EVAL_MISMATCH', /Line 3 of gt.txt is of frame 3/)
})

test('B11 without a seqinfo.ini results may go on after the ground truth: they are false alarms', () => {
  deepStrictEqual(scoresOf(standing(2), standing(5)).CLR_FP, 3)
})

test('B12 no results: everything is missed, and no score is NaN', () => {
  const { HOTA, LocA, MOTA, IDF1, CLR_FN, ML } = scoresOf(standing(3), '')
  deepStrictEqual([HOTA, LocA, MOTA, IDF1, CLR_FN, ML], [0, 1, 0, 0, 3, 1])
})

test('B13 no ground truth: everything is a false alarm, and MOTA is 0, not minus infinity', () => {
  const { HOTA, MOTA, IDF1, CLR_FP } = scoresOf('', standing(3))
  deepStrictEqual([HOTA, MOTA, IDF1, CLR_FP], [0, 0, 0, 3])
})

test('B14 10,000 boxes in a frame are scored', () => {
  const grid = Array.from(
    { length: 10_000 },
    (_, id) => `1,${id},${(id % 100) * 12},${Math.floor(id / 100) * 12},10,10,1,1,1\n`
  )
  strictEqual(scoresOf(grid.join(''), grid.join('')).HOTA, 1)
})

test('B15 frames far apart cost nothing', () => {
  strictEqual(scoresOf(at(1, 1, 0) + at(2_000_000_000, 1, 0), at(1, 1, 0) + at(2_000_000_000, 1, 0)).HOTA, 1)
})

function refuses(truth: string, results: string, settings: ScoreSettings, code: string, says: RegExp): void {
  throws(
    () => scoresOf(truth, results, settings),
    (error: unknown) => {
      strictEqual((error as SightlineError).code, code)
      match((error as SightlineError).message, says)
      return true
    }
  )
}
