import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Scores, scorecard, tallySequence } from '../../src/evaluation/scorecard.ts'
import { rowsOf, scoresOf } from './mot-text.ts'

interface Row {
  readonly frame: number
  readonly id: number
  readonly box: readonly [number, number, number, number]
}

const frames = 8
// Without the bias towards ends, which would make equal boxes: which of two equal pairs is taken is nobody's rule.
const side = (min: number, max: number) =>
  fc.noBias(fc.integer({ min: min * 1000, max: max * 1000 })).map(n => n / 1000)
const box = fc.tuple(side(0, 60), side(0, 60), side(5, 40), side(5, 40))
/** Crowded, so that matching is not obvious; an id is in a frame at most once. */
const rows = fc.uniqueArray(fc.record({ frame: fc.integer({ min: 1, max: frames }), id: fc.nat(6), box }), {
  maxLength: 40,
  selector: ({ frame, id }) => frame * 100 + id
})
/** Nobody overlaps anybody else: id 3 is around x = 300. */
const apart = fc
  .uniqueArray(
    fc.record({
      frame: fc.integer({ min: 1, max: frames }),
      id: fc.nat(6),
      box: fc.tuple(side(0, 40), side(0, 40), side(5, 40), side(5, 40))
    }),
    { minLength: 1, maxLength: 30, selector: ({ frame, id }) => frame * 100 + id }
  )
  .map(all =>
    all.map(row => ({ ...row, box: [row.box[0] + row.id * 100, ...row.box.slice(1)] as unknown as Row['box'] }))
  )

function text(all: readonly Row[]): string {
  return all.map(({ frame, id, box }) => `${frame},${id},${box.join(',')},1,1,1\n`).join('')
}

function isNear(a: number | undefined, b: number | undefined): boolean {
  return Math.abs(a! - b!) < 1e-9
}

const fractions = ['HOTA', 'DetA', 'AssA', 'LocA', 'DetRe', 'DetPr', 'AssRe', 'AssPr'] as const
const others = ['MOTP', 'CLR_Re', 'CLR_Pr', 'CLR_F1', 'MTR', 'PTR', 'MLR', 'IDF1', 'IDP', 'IDR'] as const

test('V4 results that are the ground truth score 1 everywhere', () => {
  fc.assert(
    fc.property(apart, all => {
      const scores = scoresOf(text(all), text(all))
      const wanted = [...fractions, 'MOTA', 'MODA', 'MOTP', 'CLR_Re', 'CLR_Pr', 'IDF1', 'IDP', 'IDR', 'MTR'] as const
      deepStrictEqual(
        wanted.filter(name => !isNear(scores[name], 1)),
        []
      )
    })
  )
})

test('V5 every fraction is within [0, 1] at every alpha, MOTA at most 1, and nothing is NaN', () => {
  fc.assert(
    fc.property(rows, rows, (truth, results) => {
      const { perAlpha, ...scores } = scoresOf(text(truth), text(results))
      ok(Object.values(scores).every(Number.isFinite), JSON.stringify(scores))
      const values = [...[...fractions, ...others].map(name => scores[name]!), ...Object.values(perAlpha!).flat()]
      ok(
        values.every(value => value >= 0 && value <= 1 + 1e-12),
        JSON.stringify({ scores, perAlpha })
      )
      ok(scores.MOTA! <= 1)
    })
  )
})

test('V6 other names for the tracks change nothing', () => {
  const names = fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 })
  fc.assert(
    fc.property(rows, rows, names, (truth, results, renamed) => {
      const other = results.map(row => ({ ...row, id: renamed[row.id]! * 1000 }))
      deepStrictEqual(scoresOf(text(truth), text(other)), scoresOf(text(truth), text(results)))
    })
  )
})

test('V7 the order of the rows changes nothing', () => {
  const shuffled = rows.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })))
  fc.assert(
    fc.property(shuffled, shuffled, ([truth, truthMixed], [results, resultsMixed]) => {
      const [scores, mixed] = [scoresOf(text(truth), text(results)), scoresOf(text(truthMixed), text(resultsMixed))]
      const names = [...fractions, ...others, 'MOTA', 'IDSW', 'Frag', 'MT', 'ML'] as const
      deepStrictEqual(
        names.filter(name => !isNear(scores[name], mixed[name])),
        []
      )
    })
  )
})

test('V8 ground truth and results in each other’s place swap recall and precision', () => {
  fc.assert(
    fc.property(rows, rows, (truth, results) => {
      const [scores, swapped] = [scoresOf(text(truth), text(results)), scoresOf(text(results), text(truth))]
      const pairs: readonly (readonly [keyof Scores, keyof Scores])[] = [
        ['HOTA', 'HOTA'],
        ['DetA', 'DetA'],
        ['AssA', 'AssA'],
        ['LocA', 'LocA'],
        ['DetRe', 'DetPr'],
        ['AssRe', 'AssPr'],
        ['CLR_Re', 'CLR_Pr'],
        ['IDR', 'IDP'],
        ['IDF1', 'IDF1']
      ]
      const different = pairs.filter(([a, b]) => !isNear(scores[a] as number, swapped[b] as number))
      deepStrictEqual(different, [])
    })
  )
})

test('V9 HOTA is the geometric mean of DetA and AssA at every alpha', () => {
  fc.assert(
    fc.property(rows, rows, (truth, results) => {
      const { HOTA, DetA, AssA } = scoresOf(text(truth), text(results)).perAlpha!
      ok(HOTA.every((value, a) => isNear(value ** 2, DetA[a]! * AssA[a]!)))
    })
  )
})

test('V10 a higher alpha never detects more', () => {
  fc.assert(
    fc.property(rows, rows, (truth, results) => {
      const { DetA } = scoresOf(text(truth), text(results)).perAlpha!
      ok(DetA.every((value, a) => a === 0 || value <= DetA[a - 1]!))
    })
  )
})

test('V11 a sequence combined with itself scores as it does alone', () => {
  fc.assert(
    fc.property(rows, rows, (truth, results) => {
      const input = { truth: rowsOf(text(truth)), results: rowsOf(text(results)), truthName: 'a', resultsName: 'b' }
      const tally = tallySequence(input)
      const alone = scorecard(new Map([['once', tally]])).combined
      const twice = scorecard(
        new Map([
          ['first', tally],
          ['second', tally]
        ])
      ).combined
      const names = [...fractions, ...others, 'MOTA', 'MODA'] as const
      deepStrictEqual(
        names.filter(name => !isNear(alone[name], twice[name])),
        []
      )
    })
  )
})
